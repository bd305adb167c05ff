import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { PlatformError } from '../../../../contract/errors.js';
import { errnoOf } from '../errno.js';
import { findProcess } from '../processes/process-table.js';

const ownerSchema = z.strictObject({ pid: z.int().positive(), startTime: z.string() });
const waitMilliseconds = 20_000;

/** Runs `act` while nobody else does under this file; a lock whose process is gone does not count. */
export async function withStartLock<Result>(file: string, act: () => Promise<Result>): Promise<Result> {
  const self = await findProcess(process.pid);
  const mine = JSON.stringify({ pid: process.pid, startTime: self?.startTime ?? '' });
  const until = performance.now() + waitMilliseconds;
  while (!(await take(file, mine))) {
    if (await isStale(file)) await steal(file);
    else if (performance.now() > until) {
      throw new PlatformError(`another process has been starting the balancer for ${waitMilliseconds} ms`, {
        hint: `if none is, remove ${file}`,
      });
    } else await pause(50);
  }
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}

/** The lock appears with its content or not at all. */
async function take(file: string, content: string): Promise<boolean> {
  const draft = draftOf(file);
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isStale(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const owner = ownerSchema.safeParse(readJson(text));
  if (!owner.success) return true;
  return (await findProcess(owner.data.pid))?.startTime !== owner.data.startTime;
}

/** Moves it aside first: of two that find it stale, one gets it, and one that took a fresh lock by mistake puts it back. */
async function steal(file: string): Promise<void> {
  const aside = draftOf(file);
  try {
    await rename(file, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if (!(await isStale(aside))) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

let drafts = 0;

function draftOf(file: string): string {
  drafts += 1;
  return `${file}.${process.pid}.${drafts}`;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
