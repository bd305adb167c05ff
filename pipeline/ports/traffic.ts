import type { Verdict } from '../../contract/verdict.js';
import type { Weights } from '../../contract/weights.js';
import type { Mark } from './mark.js';

export interface Reading {
  /** Weights per routed service that is open. */
  readonly services: Readonly<Record<string, Weights>>;
  /** The weights that all open services share, or undefined when they are mixed (or none is open). */
  readonly weights: Weights | undefined;
  /** Routed services that exist but answer the test route only. */
  readonly dark: readonly string[];
  /** The highest fencing token that the balancer has seen; 0 where it keeps none. */
  readonly token: number;
}

export interface Traffic {
  read(signal?: AbortSignal): Promise<Reading>;
  /**
   * Writes every open route at once and resolves once read back. Throws DriftError when the weights were not
   * `expected` (undefined: whatever they are), FencedError when a higher token was seen.
   */
  shift(weights: Weights, options: ShiftOptions): Promise<{ readonly mark: Mark; readonly reading: Reading }>;
  /** Opens dark routes with these weights. Idempotent. */
  open(services: readonly string[], weights: Weights, options: ShiftOptions): Promise<Reading>;
  /** Makes routes dark again: the undo of `open`. Idempotent. */
  close(services: readonly string[], options: ShiftOptions): Promise<Reading>;
  /**
   * One bounded look at whether the data plane does what the weights say: agreeing reads, share of requests
   * per slot inside its interval, targets healthy. Unknown when there was too little to see.
   */
  converged(weights: Weights, since: Mark, signal: AbortSignal): Promise<Verdict>;
}

export interface ShiftOptions {
  readonly expected: Weights | undefined;
  readonly token: number;
  readonly signal?: AbortSignal;
}
