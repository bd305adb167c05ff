import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { LocalOutputs } from '../contract/outputs.js';

export interface WorkDone {
  readonly orders: number;
  readonly jobs: number;
  readonly waiting: number;
  readonly effects: number;
  /** Attempts to do a job again that the database refused. */
  readonly refused: number;
  /** The slots that did jobs, in the order of doing, each as long as it was alone. */
  readonly turns: readonly string[];
}

const within = 10_000;

/** What the queue's workers left in the database, once the queue is empty. */
export async function workDone(database: NonNullable<LocalOutputs['database']>): Promise<WorkDone> {
  if ('url' in database) throw new Error("the demo's database is one of its own");
  const { host, port, name, user, passwordFile } = database;
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const client = new Client({ host, port, database: name, user, password, connectionTimeoutMillis: within });
  await client.connect();
  try {
    const count = async (sql: string): Promise<number> =>
      Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
    const deadline = performance.now() + within;
    while ((await count('select count(*) from jobs where not done')) > 0 && performance.now() < deadline) {
      await client.query('select pg_sleep(0.2)');
    }
    const turns = await client.query<{ colour: string }>(
      `select colour from (select colour, done_at, lag(colour) over (order by done_at) as before from effects) as each
       where before is distinct from colour order by done_at`,
    );
    return {
      orders: await count('select count(*) from orders'),
      jobs: await count('select count(*) from jobs'),
      waiting: await count('select count(*) from jobs where not done'),
      effects: await count('select count(*) from effects'),
      refused: await count('select count(*) from refused_effects'),
      turns: turns.rows.map(({ colour }) => colour),
    };
  } finally {
    await client.end();
  }
}
