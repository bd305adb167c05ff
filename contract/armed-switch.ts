import { z } from 'zod';
import { weightsSchema } from './weights.js';

/** What a run hands to the dead man's switch on AWS, so that it needs to read nothing before it acts. */
export const armedSwitchPayloadSchema = z.strictObject({
  kind: z.literal('deadline'),
  run: z.string().min(1),
  token: z.int().positive(),
  returnTo: weightsSchema,
  /** Per route, what its rule is to forward to: nothing has to be worked out when it fires. */
  routes: z.array(
    z.strictObject({
      service: z.string(),
      ruleArn: z.string(),
      targets: z.array(z.strictObject({ targetGroupArn: z.string(), weight: z.int().min(0).max(999) })),
    }),
  ),
});

export type ArmedSwitchPayload = z.infer<typeof armedSwitchPayloadSchema>;

/** What the switch leaves behind when it fires. */
export const firedSwitchSchema = z.strictObject({
  run: z.string().min(1),
  returnTo: weightsSchema,
  token: z.int().positive(),
  at: z.iso.datetime(),
});

/** In the store. */
export function firedSwitchKey(environment: string): string {
  return `switches/${environment}.json`;
}
