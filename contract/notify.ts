import { z } from 'zod';
import { durationTextSchema } from './duration.js';
import { httpsAddressSchema } from './https-address.js';
import { messageMomentSchema, type MessageMoment } from './message-moment.js';
import { nameSchema } from './names.js';
import { secretPlaceSchema } from './secret-place.js';
import { severitySchema, type Severity } from './severity.js';

const mailServer = z.url({ protocol: /^smtps?$/ }).refine(
  (text) => {
    // What is no address at all was found above already.
    if (!URL.canParse(text)) return false;
    const { username, password } = new URL(text);
    return username === '' && password === '';
  },
  { error: 'smtps://host:465 or smtp://host:587, without a name or a password in it', params: { secret: true } },
);

/** Hears of this severity and of all above it, where no route says otherwise. */
const from = (severity: Severity) => severitySchema.default(severity);

export const receiverSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slack'), from: from('low'), url: secretPlaceSchema }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    from: from('high'),
    /** The integration's routing key. */
    key: secretPlaceSchema,
    url: httpsAddressSchema.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.strictObject({
    kind: z.literal('email'),
    from: from('low'),
    server: mailServer,
    user: z.string().min(1).optional(),
    password: secretPlaceSchema.optional(),
    sender: z.email(),
    to: z.array(z.email()).min(1),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    from: from('low'),
    url: httpsAddressSchema,
    /** What the signature is made with. */
    secret: secretPlaceSchema,
  }),
  z.strictObject({
    kind: z.literal('github'),
    from: from('high'),
    repository: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, { error: 'owner/name' }),
    token: secretPlaceSchema,
    labels: z.array(z.string().min(1).max(50)).max(20).default([]),
    api: httpsAddressSchema.default('https://api.github.com'),
  }),
]);
export type ReceiverConfiguration = z.infer<typeof receiverSchema>;

/** Who is told what a run does. */
export const notifySchema = z
  .strictObject({
    /** Between two lines of progress. */
    every: durationTextSchema.prefault('5m'),
    receivers: z.record(nameSchema, receiverSchema).default({}),
    /** Of a moment named here: exactly these hear of it, whatever its severity. */
    routes: z.partialRecord(messageMomentSchema, z.array(nameSchema)).default({}),
    severities: z.partialRecord(messageMomentSchema, severitySchema).default({}),
  })
  .superRefine(({ receivers, routes }, context) => {
    for (const [name, receiver] of Object.entries(receivers)) {
      if (receiver.kind !== 'email' || (receiver.user === undefined) === (receiver.password === undefined)) continue;
      context.addIssue({ code: 'custom', path: ['receivers', name], message: 'user and password, or neither' });
    }
    for (const [moment, names] of Object.entries(routes)) {
      for (const [index, name] of names.entries()) {
        if (name in receivers) continue;
        const known = Object.keys(receivers).join(', ') || 'none';
        const message = `a receiver (there is ${known})`;
        context.addIssue({ code: 'custom', path: ['routes', moment, index], message, input: name });
      }
    }
  });
export type NotifyConfiguration = z.infer<typeof notifySchema>;

const usual: Readonly<Record<MessageMoment, Severity>> = {
  announced: 'low',
  begun: 'low',
  progress: 'low',
  completed: 'low',
  test: 'low',
  alarm: 'medium',
  held: 'medium',
  'rolled-back': 'high',
  late: 'high',
  incident: 'critical',
};

export function severityOf({ severities }: NotifyConfiguration, moment: MessageMoment): Severity {
  return severities[moment] ?? usual[moment];
}
