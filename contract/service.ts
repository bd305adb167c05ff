import { z } from 'zod';
import { durationSchema, durationTextSchema } from './duration.js';
import { nameSchema } from './names.js';

const pathSchema = z.string().regex(/^\/[\x21-\x7e]*$/, { error: 'a path that starts with /' });

/** A request through the slot's own test route, before any user gets there. */
export const smokeCheckSchema = z.strictObject({
  path: pathSchema,
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  status: z.int().min(100).max(599).default(200),
  contains: z.string().optional(),
});

export type SmokeCheck = z.infer<typeof smokeCheckSchema>;

const process = {
  /** argv of one replica, run in the artifact's folder (local) or in the image (elsewhere; its own command when left out). */
  command: z.array(z.string()).min(1).optional(),
  replicas: z.int().min(1).max(100).default(1),
  /** How long a replica may finish what it has begun after it was asked to stop. */
  stopWithin: durationTextSchema.prefault('30s'),
  /** Cloud platforms only: thousandths of a processor, and MiB. */
  cpu: z.int().min(256).max(16_384).default(256),
  memory: z.int().min(512).max(122_880).default(512),
};

export const routedServiceSchema = z.strictObject({
  ...process,
  kind: z.literal('routed'),
  /** Requests whose path starts with this come here; the longest match wins. */
  path: pathSchema.default('/'),
  host: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).default(8080),
  health: z
    .strictObject({
      path: pathSchema.default('/healthz'),
      within: durationTextSchema.prefault('30s'),
      every: durationTextSchema.prefault('1s'),
    })
    .prefault({}),
  warmUp: z.array(pathSchema).default([]),
  smoke: z.array(smokeCheckSchema).default([]),
});

export const backgroundServiceSchema = z.strictObject({
  ...process,
  kind: z.literal('background'),
  /** The share of traffic at which the work is handed over, in percent. */
  takesOverAt: z.number().min(1).max(100).default(100),
});

export const singletonServiceSchema = z.strictObject({
  ...process,
  kind: z.literal('singleton'),
  replicas: z.literal(1).default(1),
  takesOverAt: z.number().min(1).max(100).default(100),
});

export const serviceSchema = z.discriminatedUnion('kind', [
  routedServiceSchema,
  backgroundServiceSchema,
  singletonServiceSchema,
]);

/** A service once it was parsed, as outputs and plans carry it: every value there, durations in milliseconds. */
export const parsedServiceSchema = z.discriminatedUnion('kind', [
  routedServiceSchema.extend({
    stopWithin: durationSchema,
    health: z.strictObject({ path: pathSchema, within: durationSchema, every: durationSchema }),
  }),
  backgroundServiceSchema.extend({ stopWithin: durationSchema }),
  singletonServiceSchema.extend({ stopWithin: durationSchema }),
]);

export const servicesSchema = z
  .record(nameSchema, serviceSchema)
  .refine((services) => Object.values(services).some((service) => service.kind === 'routed'), {
    error: 'at least one service of kind routed',
  })
  .refine(
    (services) => {
      const routes = Object.values(services).flatMap((service) =>
        service.kind === 'routed' ? [`${service.host ?? '*'} ${service.path}`] : [],
      );
      return new Set(routes).size === routes.length;
    },
    { error: 'routed services with different routes: two share one host and path' },
  );

export type Service = z.infer<typeof serviceSchema>;
export type RoutedService = z.infer<typeof routedServiceSchema>;
export type BackgroundService = z.infer<typeof backgroundServiceSchema> | z.infer<typeof singletonServiceSchema>;
export type Services = z.infer<typeof servicesSchema>;

export function routedNames(services: Services): string[] {
  return Object.keys(services).filter((name) => services[name]?.kind === 'routed');
}

export function backgroundNames(services: Services): string[] {
  return Object.keys(services).filter((name) => services[name]?.kind !== 'routed');
}
