import type { ExitCode } from '../../contract/errors.js';

/** What one part of a tick has done, in sentences, and what it leaves to people. */
export interface Told {
  readonly did: readonly string[];
  readonly waits: readonly string[];
  /** Of a run that it went on with. */
  readonly exitCode?: ExitCode;
}

export const nothing: Told = { did: [], waits: [] };
