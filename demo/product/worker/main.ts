import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '../database.js';
import { identity } from '../identity.js';
import { takeJob } from './take-job.js';

const workMilliseconds = 5;
const idleMilliseconds = 50;
const database = openDatabase(1);
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

await database.query('select 1');
process.stdout.write(`${JSON.stringify(identity)}\n`);
while (!stopping.signal.aborted) {
  // The job that has begun is finished: stopping is only seen between two jobs.
  if (!(await took()))
    await setTimeout(idleMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
}
await database.end();

async function took(): Promise<boolean> {
  try {
    return await takeJob(database, () => setTimeout(workMilliseconds));
  } catch (error) {
    process.stderr.write(
      `a job failed and stays in the queue: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return false;
  }
}
