import type { Check, CheckKind } from '../contract/gate.js';
import type { Verdict } from '../contract/verdict.js';
import type { Asked } from '../pipeline/questions.js';
import type { Surroundings } from './surroundings.js';

export type CheckOf<Kind extends CheckKind> = Extract<Check, { kind: Kind }>;

/** Answers one kind of check. Throws OperatorError where it can't be asked, which counts as unknown. */
export type Adapter<Kind extends CheckKind> = (
  check: CheckOf<Kind>,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
) => Promise<Verdict>;
