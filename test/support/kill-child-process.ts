import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OpenedStore } from './open-store-of-child.js';
import type { KillPoint } from './kill-store.js';

const run = promisify(execFile);

/** What kill-child.ts is told. */
export interface Errand {
  /** Of the world's file. */
  readonly folder: string;
  readonly store: OpenedStore;
  readonly version: string;
  readonly point: KillPoint;
}

/** Deploys in a process of its own that dies at the point; true when it got there. */
export async function deployAndDie(child: string, errand: Errand): Promise<boolean> {
  try {
    await run(process.execPath, [child, JSON.stringify(errand)], { timeout: 60_000 });
    return false;
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return true;
    throw error;
  }
}
