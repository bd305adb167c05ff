import type { Verdict } from '../contract/verdict.js';

/** A step was answered `no`, or `unknown` for too long: the run turns back. */
export class VerdictError extends Error {
  override readonly name = 'VerdictError';
  readonly verdict: Verdict;
  /** The verdict stands in no journal yet: users' traffic doesn't wait for it. */
  readonly unrecorded: boolean;

  constructor(verdict: Verdict, options: { readonly unrecorded?: boolean } = {}) {
    super(verdict.because);
    this.verdict = verdict;
    this.unrecorded = options.unrecorded ?? false;
  }
}

/** The run can neither go on nor should it move traffic: it parks and waits for a decision. */
export class HeldError extends Error {
  override readonly name = 'HeldError';
}

/** Somebody asked to go back, or the platform did so by itself. */
export class Turn extends Error {
  override readonly name = 'Turn';
  readonly by: string;
  /** `rollback` speaks against the release; an abort, a platform that went back by itself, or nobody's decision doesn't. */
  readonly action: 'rollback' | 'abort' | 'fired' | 'undecided';

  constructor(message: string, by: string, action: Turn['action']) {
    super(message);
    this.by = by;
    this.action = action;
  }
}

/** Ctrl-C, SIGTERM: stopped at the next safe point. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  constructor() {
    super("it was told to stop; 'crossfade resume' goes on, 'crossfade abort' goes back");
  }
}

/** The journal could not be written for a whole lease term. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}
