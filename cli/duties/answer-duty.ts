import { OperatorError } from '../../contract/errors.js';
import type { DutyLine } from '../../contract/duty.js';
import type { Verdict } from '../../contract/verdict.js';
import { addDutyLine } from '../../journal/duties.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Duty } from './duty.js';
import { takeDuty } from './take-duty.js';

export type Answered = Extract<DutyLine, { kind: 'asked' }>;

/**
 * Finds the answer of a duty, once whoever comes, and keeps it; what can't be found out is unknown and comes again.
 * Undefined: another process is at it. Throws StoreError.
 */
export async function answerDuty(
  { id, run }: Pick<Duty, 'id' | 'run'>,
  environment: Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'by'>,
  redact: (line: Answered) => Answered,
  find: () => Promise<Verdict>,
): Promise<Answered | undefined> {
  if (!(await takeDuty({ id, run }, environment))) return undefined;
  const { store, name, clock, by } = environment;
  const verdict = await find().catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'unknown' as const, because: error.message, evidence: {} };
  });
  const line = redact({ format: 1, kind: 'asked', duty: id, at: clock.now().toISOString(), by, ...verdict });
  await addDutyLine(store, name, run, line);
  return line;
}
