import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type { Migration } from '../../contract/release.js';
import { phaseOf } from '../../platforms/postgres/review/read-format.js';

const fileName = /^\d+_[A-Za-z0-9._-]+\.sql$/;

/** The SQL files of a folder in the order of their names. Throws ConfigurationError for files that fit no order. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new ConfigurationError(`--migrations ${folder} can't be read`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.sql'));
  const strange = files.find((name) => !fileName.test(name));
  if (strange !== undefined) {
    throw new ConfigurationError(`${join(folder, strange)}: expected a name such as 012_add_orders.sql`, {
      hint: 'the number decides the order',
    });
  }
  const ordered = files.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
  const twice = ordered.find(
    (name, index) => index > 0 && Number.parseInt(name, 10) === Number.parseInt(ordered[index - 1] ?? '', 10),
  );
  if (twice !== undefined) throw new ConfigurationError(`${join(folder, twice)}: another file has the same number`);
  return Promise.all(ordered.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, id: string): Promise<Migration> {
  const sql = await readFile(join(folder, id), 'utf8');
  if (sql.trim() === '') throw new ConfigurationError(`${join(folder, id)} is empty`);
  return { id, checksum: digestOf(sql), phase: phaseOf(sql), sql };
}
