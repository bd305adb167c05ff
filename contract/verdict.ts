import { z } from 'zod';
import { jsonObjectSchema } from './json.js';

/** `unknown` (no samples, source unreachable) is neither yes nor no. */
export const answerSchema = z.enum(['yes', 'no', 'unknown']);
export type Answer = z.infer<typeof answerSchema>;

/** An answer with its reason and the evidence behind it. */
export const verdictSchema = z.strictObject({
  answer: answerSchema,
  because: z.string(),
  evidence: jsonObjectSchema.default({}),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** The worst answer wins: no before unknown before yes. */
export function worstAnswer(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}
