import { z } from 'zod';
import { messageMomentSchema } from './message-moment.js';
import { severitySchema } from './severity.js';

export const longestTitle = 150;
export const longestMessage = 2_800;

/** Who hears of a moment, and in whose words; without a template: in the usual ones. */
export const tellSchema = z.strictObject({
  moment: messageMomentSchema,
  receiver: z.string().min(1),
  severity: severitySchema,
  template: z.string().optional(),
});
export type Tell = z.infer<typeof tellSchema>;

/** One message to one receiver, as it waits and as it was sent. */
export const messageSchema = z.strictObject({
  /** The same for every receiver and after every crash: what it is about, such as `completed-41`. */
  id: z.string().min(1),
  moment: messageMomentSchema,
  severity: severitySchema,
  receiver: z.string().min(1),
  environment: z.string(),
  run: z.string().nullable(),
  title: z.string().max(longestTitle),
  text: z.string().max(longestMessage),
  facts: z.record(z.string(), z.string()),
});
export type Message = z.infer<typeof messageSchema>;

const of = z.int().nonnegative();
const line = { format: z.literal(1), at: z.iso.datetime() };

/** What is said in an outbox; `of` is the sequence of the line that queued the message. */
export const outboxLineSchema = z.discriminatedUnion('kind', [
  /** Whom this run tells what: decided when it began, so that nobody added later gets old news. */
  z.strictObject({ ...line, kind: z.literal('opened'), tells: z.array(tellSchema) }),
  z.strictObject({ ...line, kind: z.literal('queued'), message: messageSchema }),
  /** A process is sending it, and has it for itself until then. */
  z.strictObject({ ...line, kind: z.literal('taken'), of, by: z.string(), until: z.iso.datetime() }),
  z.strictObject({ ...line, kind: z.literal('failed'), of, by: z.string(), says: z.string() }),
  z.strictObject({ ...line, kind: z.literal('delivered'), of, by: z.string(), reference: z.string().optional() }),
  /** Not tried any more; it stays on record as not delivered. */
  z.strictObject({ ...line, kind: z.literal('given-up'), of, says: z.string() }),
  /** A newer line of progress is on its way to the same receiver. */
  z.strictObject({ ...line, kind: z.literal('superseded'), of }),
]);
export type OutboxLine = z.infer<typeof outboxLineSchema>;
