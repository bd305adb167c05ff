import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { ConfigurationError } from '../../contract/errors.js';
import { isDownwards, type SourceFile } from '../../platforms/postgres/review/read-format.js';

/** SQL files, folders of them (Prisma's too), or `-` for what is piped in. Throws ConfigurationError. */
export async function readSources(words: readonly string[]): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const word of words) {
    if (word === '-') sources.push({ path: '(stdin)', text: await readAll(process.stdin) });
    else for (const path of await filesOf(word)) sources.push(await readSource(path));
  }
  return sources;
}

async function filesOf(word: string): Promise<string[]> {
  const found = await stat(word).catch((cause: unknown) => {
    throw new ConfigurationError(`${word} can't be read`, { cause });
  });
  if (!found.isDirectory()) {
    if (word.endsWith('.sql') || word.endsWith('.log')) return [word];
    throw new ConfigurationError(`${word}: expected SQL, a folder of .sql files, or - for what is piped in`, {
      hint: hintFor(word),
    });
  }
  const entries = await readdir(word, { withFileTypes: true });
  const plain = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.sql')).map(({ name }) => name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(name, 'migration.sql'));
  const inFolders = await Promise.all(folders.map((path) => isThere(join(word, path))));
  const files = [...plain, ...folders.filter((_path, index) => inFolders[index])].sort(byNumbers);
  const upwards = files.map((path) => join(word, path)).filter((path) => !isDownwards(path));
  if (upwards.length === 0) {
    throw new ConfigurationError(`${word} has no .sql file and no folder with a migration.sql`, {
      hint: hintFor(word),
    });
  }
  return upwards;
}

/** 2_x before 10_x, and Flyway's repeatable ones last. */
function byNumbers(one: string, other: string): number {
  const last = (name: string) => (name.startsWith('R__') ? 1 : 0);
  return last(one) - last(other) || one.localeCompare(other, 'en', { numeric: true });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Throws ConfigurationError with the place of the first byte that is not UTF-8. */
async function readSource(path: string): Promise<SourceFile> {
  const bytes = await readFile(path);
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    const utf16 = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0));
    throw new ConfigurationError(`${path}:${lineOfBadByte(bytes)}: ${utf16 ? 'UTF-16' : 'not UTF-8'}`, {
      cause,
      hint: 'save it as UTF-8: PostgreSQL would refuse it, or store other letters',
    });
  }
}

function lineOfBadByte(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(10, from);
    const until = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(from, until));
    } catch {
      return line;
    }
    from = until;
  }
  return line;
}

function hintFor(word: string): string {
  if (/\.py$/.test(word)) return "pipe in what 'alembic upgrade head --sql' or 'manage.py sqlmigrate' writes";
  if (/\.rb$/.test(word)) return "give the log of 'rails db:migrate' on an empty database, as a .log file";
  if (/\.[cm]?[jt]s$/.test(word))
    return 'give the SQL that the tool runs: node-pg-migrate --dry-run, or knex with debug';
  return 'other tools write their SQL with alembic --sql, sqlmigrate, or a dry run';
}
