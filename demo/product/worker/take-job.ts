import type { Pool, PoolClient } from 'pg';
import { DatabaseError } from 'pg';
import { identity } from '../identity.js';

const alreadyThere = '23505';

/**
 * Does one job, if there is one: its effect and its being done are written in one transaction, with who did it.
 * A second effect of the same job is impossible; an attempt at one is kept in `refused_effects`.
 */
export async function takeJob(database: Pool, work: () => Promise<void>): Promise<boolean> {
  const client = await database.connect();
  try {
    await client.query('begin');
    const job = await nextJob(client);
    if (job === undefined) {
      await client.query('rollback');
      return false;
    }
    await work();
    await client.query('insert into effects (job_id, colour, version, process) values ($1, $2, $3, $4)', [job, ...me]);
    await client.query('update jobs set done = true where id = $1', [job]);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    if (!(error instanceof DatabaseError) || error.code !== alreadyThere) throw error;
    await client.query('insert into refused_effects (detail, colour, version, process) values ($1, $2, $3, $4)', [
      error.detail,
      ...me,
    ]);
    return false;
  } finally {
    client.release();
  }
}

const me = [identity.colour, identity.version, process.pid];

async function nextJob(client: PoolClient): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    'select id from jobs where not done order by id limit 1 for update skip locked',
  );
  return rows[0]?.id;
}
