import { z } from 'zod';
import { httpsAddressSchema } from './https-address.js';
import { jsonSchema, type Json } from './json.js';
import { secretPlaceSchema } from './secret-place.js';

/** A flag's name, as it may stand in a path. */
export const flagNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: "a flag's name: letters, digits, dot, minus and underscore" });

const holder = /\{flag\}/;

/** Where the shares of users stand for whom a flag is on. */
export const flagsConfigurationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('unleash'),
    url: httpsAddressSchema,
    /** Of the admin API. */
    token: secretPlaceSchema,
    project: flagNameSchema.default('default'),
    /** Unleash's own name of the environment. */
    environment: flagNameSchema,
  }),
  z.strictObject({
    kind: z.literal('http'),
    /** With `{flag}` in it. */
    url: httpsAddressSchema.refine((text) => holder.test(decodeURI(text)), { error: 'an address with {flag} in it' }),
    /** Sent as a bearer token. */
    token: secretPlaceSchema.optional(),
    method: z.enum(['PUT', 'PATCH', 'POST']).default('PUT'),
    /** What is written; the texts `{percent}`, `{on}` and `{flag}` in it stand for the number, true or false, and the name. */
    body: z.custom<Json>((body) => jsonSchema.safeParse(body).success, { error: 'what can be JSON' }),
    /** Where in the answer of a GET the percent stands, as a JSON Pointer (RFC 6901). */
    percentAt: z.string().regex(/^(?:\/[^/]+)+$/, { error: 'a JSON Pointer such as /rollout' }),
  }),
]);
export type FlagsConfiguration = z.infer<typeof flagsConfigurationSchema>;
