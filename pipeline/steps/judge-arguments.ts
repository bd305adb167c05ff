import { z } from 'zod';
import { weightsSchema } from '../../contract/weights.js';
import { askingSchema } from '../people/asking.js';

export const judgeArguments = z.strictObject({
  weights: weightsSchema,
  /** Watch since this shift; null: since this step began, as a bake does. */
  shift: z.string().nullable(),
  holdMilliseconds: z.number().nonnegative(),
  /** Whose word it takes beside the numbers, and how long that is waited for beyond them. */
  people: z.strictObject({ asked: z.array(askingSchema).min(1), withinMilliseconds: z.number().positive() }).optional(),
  /** Items of the checklist that are watched meanwhile. */
  items: z.array(z.string()).default([]),
});

export type JudgeArguments = z.infer<typeof judgeArguments>;
