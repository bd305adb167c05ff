import type { Answer } from '../../../contract/verdict.js';
import type { Lock, LockMode } from './lock-mode.js';

/** `stop` refuses a deploy, `warn` and `note` are for people. */
export type Severity = 'stop' | 'warn' | 'note';

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly because: string;
  /** What to write instead. */
  readonly safer: string;
  /** As SQL, a file each, where that can be told from the text alone. */
  readonly instead?: readonly string[];
  /** The larger the table, the worse: stops where it takes too long, and only there. */
  readonly scales?: boolean;
  /** It speaks of what nobody can tell: a review that has it knows no answer. */
  readonly unknown?: boolean;
}

/** What takes long, and by what that is measured: rows read, an index built, rows written anew or changed. */
export type Effort = 'none' | 'scan' | 'index' | 'rewrite' | 'update';

/** The smallest piece of a migration that does one thing: a statement, or one command of an ALTER TABLE. */
export interface Act {
  readonly what: string;
  readonly line: number;
  readonly locks: readonly Lock[];
  /** Locks that can't be told from the text. */
  readonly alsoLocks: string | undefined;
  /** The strongest of those, where that can be told. */
  readonly alsoAtMost?: LockMode;
  /** Why the table is written anew while the lock is held. */
  readonly rewrites: string | undefined;
  /** Why every row is read while the lock is held. */
  readonly scans: string | undefined;
  readonly effort: Effort;
  readonly phase: 'expand' | 'contract' | 'neutral';
  /** Whether the application of the live slot goes on working after it. */
  readonly live: { readonly answer: Answer; readonly because: string };
  /** SQL that takes it back, or why there is none. */
  readonly reverse: { readonly sql: string } | { readonly none: string };
  /** Cannot run in a transaction. */
  readonly alone: boolean;
  /** Does nothing, rather than fail, where it was done before. */
  readonly repeatable: boolean;
  /** Constraint or index that it makes or removes: to remove it first lets it be made again. */
  readonly makes?: string;
  readonly removes?: string;
  readonly problems: readonly Problem[];
}

/** An act where it stands in its file. */
export interface PlacedAct extends Act {
  /** Number of its statement in the file; an ALTER TABLE has several acts. */
  readonly statement: number;
  /** Relations that it locks and that were made earlier in the same run: they have no rows, and nobody knows them. */
  readonly fresh: readonly string[];
  /** Number of the transaction in its file; undefined: it commits by itself. */
  readonly transaction: number | undefined;
  /** Seconds that it takes, where the database told a size. */
  readonly seconds: number | undefined;
}

const plain: Omit<Act, 'what' | 'line' | 'effort'> = {
  locks: [],
  alsoLocks: undefined,
  rewrites: undefined,
  scans: undefined,
  phase: 'neutral',
  live: { answer: 'yes', because: 'it changes nothing that the application uses' },
  reverse: { none: 'nothing to take back' },
  alone: false,
  repeatable: true,
  problems: [],
};

/** An act that does no more than what is said of it. */
export function act(what: string, line: number, more: Partial<Omit<Act, 'what' | 'line'>> = {}): Act {
  const effort = more.rewrites !== undefined ? 'rewrite' : more.scans !== undefined ? 'scan' : 'none';
  return { ...plain, effort, what, line, ...more };
}

/** What makes something is taken back by this; with IF NOT EXISTS it may have stood before, and is not ours to drop. */
export function undoneBy(sql: string, ifMissing: boolean | undefined): Act['reverse'] {
  return ifMissing === true ? { none: 'where it stood before it has to stay' } : { sql };
}

export const works = (because: string): Act['live'] => ({ answer: 'yes', because });
export const breaks = (because: string): Act['live'] => ({ answer: 'no', because });
export const mayBreak = (because: string): Act['live'] => ({ answer: 'unknown', because });
