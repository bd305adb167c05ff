import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer as readAll } from 'node:stream/consumers';
import { ConfigurationError } from '../../contract/errors.js';
import { isDownwards, type SourceFile } from '../../platforms/postgres/review/read-format.js';

/** SQL files, folders of them (Prisma's too), or `-` for what is piped in. Throws ConfigurationError. */
export async function readSources(words: readonly string[]): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const word of words) {
    if (word === '-') sources.push(await readPiped());
    else for (const path of await filesOf(word)) sources.push(textOf(path, await readFile(path)));
  }
  return sources;
}

/** Nothing at all is no review: the program before the pipe has failed, or had nothing to say. Throws ConfigurationError. */
async function readPiped(): Promise<SourceFile> {
  const source = textOf('(stdin)', await readAll(process.stdin));
  if (source.text.trim() !== '') return source;
  throw new ConfigurationError('nothing was piped in, so nothing was reviewed', {
    hint: "look at what the program before the pipe says: with 'set -o pipefail' the shell tells when it fails",
  });
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
    const other = entries.find(({ name }) => toolHints.some(([form]) => form.test(name)));
    throw new ConfigurationError(`${word} has no .sql file and no folder with a migration.sql`, {
      hint: hintFor(other?.name ?? word),
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
function textOf(path: string, bytes: Buffer): SourceFile {
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

/** By what only one kind of tool calls its migrations. */
const toolHints: readonly (readonly [form: RegExp, hint: string])[] = [
  [/\.py$/, "pipe in what 'alembic upgrade head --sql' or 'manage.py sqlmigrate' writes"],
  [/\.rb$/, "give the log of 'rails db:migrate' on an empty database, as a .log file"],
  [/\.[cm]?[jt]s$/, 'give the SQL that the tool runs: node-pg-migrate --dry-run, or knex with debug'],
];

function hintFor(name: string): string {
  const [, hint] = toolHints.find(([form]) => form.test(name)) ?? [];
  return hint ?? 'other tools write their SQL with alembic --sql, sqlmigrate, or a dry run';
}
