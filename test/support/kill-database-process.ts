import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DatabaseBackups } from '../../contract/database-backups.js';

const run = promisify(execFile);

export interface DatabaseErrand {
  /** Of the world's file, the store and the server. */
  readonly folder: string;
  readonly kind: DatabaseBackups['kind'];
  readonly run: string;
  readonly flow:
    | { readonly act: 'deploy'; readonly number: number }
    | { readonly act: 'restore'; readonly backup: string; readonly rows: number | null };
  /** Before the first effect of this label, or so many milliseconds after it. */
  readonly kill?: { readonly label: string; readonly victim: 'runner' | 'server'; readonly later: number };
  /** Where every effect's label is written to at the end. */
  readonly record?: string;
}

/** The outcome, or 'died'. */
export async function performErrand(child: string, errand: DatabaseErrand): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [child, JSON.stringify(errand)], { timeout: 120_000 });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return 'died';
    throw error;
  }
}
