import { z } from 'zod';
import { colourSchema } from '../../../../contract/colour.js';
import { nameSchema } from '../../../../contract/names.js';
import { weightsSchema } from '../../../../contract/weights.js';
import {
  affinitySchema,
  armedSchema,
  firedSchema,
  healthCheckSchema,
  maintenanceSchema,
  matchSchema,
  targetSchema,
} from './state.js';

const nothing = z.strictObject({});
const token = z.int().nonnegative();
const mark = z.string().min(1);
const count = z.int().nonnegative();
const perColour = <Value extends z.ZodType>(value: Value) => z.strictObject({ blue: value, green: value });

/** `unknown`: not asked yet. */
export const targetHealthSchema = z.enum(['healthy', 'unhealthy', 'unknown']);
export type TargetHealth = z.infer<typeof targetHealthSchema>;

export const seenTargetSchema = targetSchema.extend({
  health: targetHealthSchema,
  because: z.string().optional(),
  inFlight: count,
});

export const readingSchema = z.strictObject({
  services: z.record(nameSchema, weightsSchema),
  weights: weightsSchema.optional(),
  dark: z.array(nameSchema),
  token,
});

export const declaredRouteSchema = matchSchema.extend({ health: healthCheckSchema });
export type DeclaredRoute = z.input<typeof declaredRouteSchema>;

const shift = { expected: weightsSchema.optional(), token };

const sampleSchema = z.strictObject({
  requests: count,
  errors: count,
  latency: z.strictObject({ bounds: z.array(z.number()), counts: z.array(count) }).optional(),
});

export const observationSchema = z.strictObject({
  complete: z.boolean(),
  seconds: z.number().nonnegative(),
  samples: perColour(z.record(nameSchema, sampleSchema)),
});

/** Every operation of the admin socket: what is asked, and what is answered. */
export const operations = {
  read: {
    request: nothing,
    answer: z.strictObject({
      pid: z.int().positive(),
      /** Differs after every start: counters live as long as this. */
      boot: z.string(),
      directory: z.string(),
      port: z.int(),
      affinity: affinitySchema,
      /** False: the last change is in force but could not be written down yet. */
      saved: z.boolean(),
      reading: readingSchema,
      routes: z.record(
        nameSchema,
        z.strictObject({ declared: matchSchema.nullable(), users: matchSchema.nullable(), health: healthCheckSchema }),
      ),
      targets: perColour(z.record(nameSchema, z.array(seenTargetSchema))),
    }),
  },
  putRoutes: { request: z.strictObject({ routes: z.record(nameSchema, declaredRouteSchema) }), answer: readingSchema },
  dropRoutes: { request: z.strictObject({ services: z.array(nameSchema) }), answer: readingSchema },
  putTargets: {
    request: z.strictObject({
      colour: colourSchema,
      service: nameSchema,
      targets: z.array(targetSchema).min(1).max(100),
    }),
    answer: nothing,
  },
  removeTargets: {
    request: z.strictObject({
      colour: colourSchema,
      /** All of the slot's services when left out. */
      service: nameSchema.optional(),
      /** Take them although the slot has weight. */
      abandon: z.boolean().default(false),
    }),
    answer: nothing,
  },
  quiet: {
    request: z.strictObject({ colour: colourSchema }),
    answer: z.strictObject({ inFlight: count, idleMilliseconds: z.number().nonnegative().optional() }),
  },
  /** Ends the slot's websockets: with close code 1001 between two frames, by a reset within one. */
  hangUp: {
    request: z.strictObject({ colour: colourSchema }),
    answer: z.strictObject({ closed: count, reset: count }),
  },
  shift: {
    request: z.strictObject({ weights: weightsSchema, ...shift }),
    answer: z.strictObject({ mark, reading: readingSchema, saved: z.boolean() }),
  },
  open: {
    request: z.strictObject({ services: z.array(nameSchema), weights: weightsSchema, ...shift }),
    answer: readingSchema,
  },
  close: { request: z.strictObject({ services: z.array(nameSchema), ...shift }), answer: readingSchema },
  mark: { request: nothing, answer: z.strictObject({ mark }) },
  observe: { request: z.strictObject({ since: mark }), answer: observationSchema },
  /** How often each slot was chosen for users' requests since the mark, independent choices only. */
  choices: {
    request: z.strictObject({ since: mark }),
    answer: z.strictObject({ complete: z.boolean(), services: z.record(nameSchema, perColour(count)) }),
  },
  /** Sends marked requests for the service's health path through the users' port and counts the slots they chose. */
  probe: {
    request: z.strictObject({ service: nameSchema, count: z.int().min(1).max(5_000) }),
    answer: z.strictObject({ chosen: perColour(count), unanswered: count }),
  },
  arm: {
    request: z.strictObject({
      run: z.string().min(1),
      returnTo: weightsSchema,
      token,
      deadlineMilliseconds: z.number().positive().max(604_800_000),
    }),
    answer: nothing,
  },
  disarm: { request: z.strictObject({ token }), answer: nothing },
  readSwitch: {
    request: nothing,
    answer: z.strictObject({ armed: armedSchema.optional(), fired: firedSchema.optional() }),
  },
  /** Users get a fixed page until `endMaintenance` or the end of the time. The same owner moves the end. */
  beginMaintenance: {
    request: z.strictObject({
      owner: z.string().min(1),
      because: z.string(),
      forMilliseconds: z.number().positive().max(86_400_000),
    }),
    answer: maintenanceSchema,
  },
  /** This owner's, or whoever's when left out; answers what was ended. */
  endMaintenance: {
    request: z.strictObject({ owner: z.string().min(1).optional() }),
    answer: z.strictObject({ ended: maintenanceSchema.optional() }),
  },
  readMaintenance: { request: nothing, answer: z.strictObject({ maintenance: maintenanceSchema.optional() }) },
  /** Listens on another port first, then lets go of the former one. */
  listen: { request: z.strictObject({ port: z.int().min(0).max(65_535) }), answer: z.strictObject({ port: z.int() }) },
  setAffinity: { request: z.strictObject({ affinity: affinitySchema }), answer: nothing },
} as const;

export type Operations = typeof operations;
export type Operation = keyof Operations;
export type Request<Name extends Operation> = z.input<Operations[Name]['request']>;
export type Answer<Name extends Operation> = z.output<Operations[Name]['answer']>;

/** What the admin socket answers instead, with HTTP status 4xx or 5xx. */
export const refusalSchema = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });
export type Refusal = z.infer<typeof refusalSchema>;

/** Names of headers that belong to the balancer. */
export const slotHeader = 'x-crossfade-slot';
export const serviceHeader = 'x-crossfade-service';
export const probeHeader = 'x-crossfade-probe';
/** On answers that the balancer itself made, with the reason; taken off the answers of slots. */
export const balancerHeader = 'x-crossfade-balancer';
