import type { Answer } from '../../../contract/verdict.js';
import type { Lock } from './lock-mode.js';

/** `stop` refuses a deploy, `warn` and `note` are for people. */
export type Severity = 'stop' | 'warn' | 'note';

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly because: string;
  /** What to write instead. */
  readonly safer: string;
}

/** The smallest piece of a migration that does one thing: a statement, or one command of an ALTER TABLE. */
export interface Act {
  readonly what: string;
  readonly line: number;
  readonly locks: readonly Lock[];
  /** Locks that can't be told from the text. */
  readonly alsoLocks: string | undefined;
  /** Why the table is written anew while the lock is held. */
  readonly rewrites: string | undefined;
  /** Why every row is read while the lock is held. */
  readonly scans: string | undefined;
  readonly phase: 'expand' | 'contract' | 'neutral';
  /** Whether the application of the live slot goes on working after it. */
  readonly live: { readonly answer: Answer; readonly because: string };
  /** SQL that takes it back, or why there is none. */
  readonly reverse: { readonly sql: string } | { readonly none: string };
  /** Cannot run in a transaction. */
  readonly alone: boolean;
  readonly problems: readonly Problem[];
}

const plain: Omit<Act, 'what' | 'line'> = {
  locks: [],
  alsoLocks: undefined,
  rewrites: undefined,
  scans: undefined,
  phase: 'neutral',
  live: { answer: 'yes', because: 'it changes nothing that the application uses' },
  reverse: { none: 'nothing to take back' },
  alone: false,
  problems: [],
};

/** An act that does no more than what is said of it. */
export function act(what: string, line: number, more: Partial<Omit<Act, 'what' | 'line'>> = {}): Act {
  return { ...plain, what, line, ...more };
}

export const works = (because: string): Act['live'] => ({ answer: 'yes', because });
export const breaks = (because: string): Act['live'] => ({ answer: 'no', because });
export const mayBreak = (because: string): Act['live'] => ({ answer: 'unknown', because });
