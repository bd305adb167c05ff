import { z } from 'zod';

/** What of a run a checklist may ask to be told. */
export const runMoments = [
  'announced',
  'begun',
  'progress',
  'alarm',
  'held',
  'rolled-back',
  'completed',
  'incident',
] as const;

/** All that is told: `late` is a duty that nobody has done in its time, `test` what `crossfade notify test` sends. */
export const messageMomentSchema = z.enum([...runMoments, 'late', 'test']);
export type MessageMoment = z.infer<typeof messageMomentSchema>;
