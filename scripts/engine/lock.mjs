import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_WAIT_SECONDS = 30 * 60;

/** Runs `act` while no other process holds the lock; a lock whose holder has died is taken over. */
export async function withLock(lock, say, act) {
  for (let seconds = 0; !(await take(lock)); seconds += 1) {
    if (seconds === 0) say(`Waiting for another process that is getting the engine (${lock})`);
    if (seconds > LONGEST_WAIT_SECONDS) throw new Error(`${lock} is still held; remove it if nobody works on it`);
    await sleep(1_000);
    if (await holderIsGone(lock)) await rm(lock, { recursive: true, force: true });
  }
  try {
    return await act();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function take(lock) {
  try {
    await mkdir(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(lock, 'pid'), String(process.pid));
  return true;
}

async function holderIsGone(lock) {
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => ''));
  // Just taken, and its holder's number not yet written.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
