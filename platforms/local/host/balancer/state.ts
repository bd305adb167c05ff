import { z } from 'zod';
import { colourSchema } from '../../../../contract/colour.js';
import { nameSchema } from '../../../../contract/names.js';
import { weightsSchema } from '../../../../contract/weights.js';

/** Where requests for a service come in: its host (any when left out) and the start of their path. */
export const matchSchema = z.strictObject({ path: z.string().startsWith('/'), host: z.string().min(1).optional() });
export type Match = z.infer<typeof matchSchema>;

/** How a target is asked whether it is well: GET `path` every so many milliseconds. */
export const healthCheckSchema = z.strictObject({
  path: z.string().startsWith('/'),
  everyMilliseconds: z.number().min(50).max(300_000).default(1_000),
});
export type HealthCheck = z.infer<typeof healthCheckSchema>;

export const targetSchema = z.strictObject({
  id: z.string().min(1).max(200),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(1).max(65_535),
});
export type Target = z.infer<typeof targetSchema>;

/**
 * A service's route. What is declared and what users get differ while a change waits for its run: new (users get
 * nothing yet: dark), moved (users still get the former match) or removed (declared nowhere, still served).
 */
export const routeSchema = z.strictObject({
  declared: matchSchema.nullable(),
  users: matchSchema.nullable(),
  /** What users got before the route was last opened: where `close` goes back to. */
  before: matchSchema.nullable(),
  weights: weightsSchema,
  health: healthCheckSchema,
});
export type Route = z.infer<typeof routeSchema>;

export const armedSchema = z.strictObject({
  run: z.string().min(1),
  returnTo: weightsSchema,
  token: z.int().nonnegative(),
  remainingMilliseconds: z.number().nonnegative(),
});

export const firedSchema = z.strictObject({
  run: z.string().min(1),
  returnTo: weightsSchema,
  token: z.int().nonnegative(),
  at: z.iso.datetime(),
});

/** Users get a fixed page instead of a slot. */
export const maintenanceSchema = z.strictObject({
  owner: z.string().min(1),
  because: z.string(),
  since: z.iso.datetime(),
  remainingMilliseconds: z.number().nonnegative(),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

export const affinitySchema = z.enum(['none', 'cohort']);
export type Affinity = z.infer<typeof affinitySchema>;

const targetsOfSlotSchema = z.record(nameSchema, z.array(targetSchema));

/** All that must outlive the process, committed as a whole. */
export const balancerStateSchema = z.strictObject({
  format: z.literal(1),
  port: z.int().min(0).max(65_535),
  affinity: affinitySchema,
  /** The highest fencing token that was seen. */
  token: z.int().nonnegative(),
  routes: z.record(nameSchema, routeSchema),
  targets: z.record(colourSchema, targetsOfSlotSchema),
  armed: armedSchema.nullable(),
  fired: firedSchema.nullable(),
  maintenance: maintenanceSchema.nullable().default(null),
});
export type BalancerState = z.infer<typeof balancerStateSchema>;
