import { z } from 'zod';
import { affinitySchema } from './state.js';

/** What a balancer process is started with. */
export const startArgumentsSchema = z.strictObject({
  directory: z.string().startsWith('/'),
  port: z.int().min(0).max(65_535),
  testSocket: z.string().startsWith('/'),
  adminSocket: z.string().startsWith('/'),
  affinity: affinitySchema,
});
export type StartArguments = z.infer<typeof startArgumentsSchema>;

/** What it says once, when it serves or can't. */
export const bootReportSchema = z.union([
  z.strictObject({ pid: z.int().positive(), port: z.int().positive() }),
  z.strictObject({ failure: z.string(), hint: z.string().optional() }),
]);
export type BootReport = z.infer<typeof bootReportSchema>;
