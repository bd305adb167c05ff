import type { Verification } from '../../contract/verification.js';
import type { Verdict } from '../../contract/verdict.js';
import { askCheck, type Ask } from './ask-check.js';
import { firstOf, judgeAnswer } from './judge-answer.js';

/** Whether this question's answer is compared with one from before the migrations. */
export function comparesWithBefore(
  verification: Verification,
): verification is Extract<Verification, { expect: object }> {
  return 'expect' in verification && 'percentOfBefore' in verification.expect;
}

/** `before`: answers by name, from before the migrations. */
export async function verify(
  verification: Verification,
  before: Readonly<Record<string, unknown>>,
  ask: Ask,
): Promise<Verdict> {
  if ('check' in verification) return askCheck(verification.check, ask);
  const rows = await ask(verification.sql);
  if ('equals' in verification) {
    const value = firstOf(rows);
    const because = `expected ${verification.equals}, the database says ${value ?? 'nothing'}`;
    return { answer: value === verification.equals ? 'yes' : 'no', because, evidence: { value } };
  }
  const captured = before[verification.name];
  const earlier = typeof captured === 'string' || captured === null ? captured : undefined;
  return judgeAnswer(verification.expect, rows, earlier);
}
