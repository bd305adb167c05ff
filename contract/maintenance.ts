import { z } from 'zod';

/** What somebody did to the maintenance page by a command. What runs do to it stands in their journals. */
export const maintenanceLineSchema = z.strictObject({
  format: z.literal(1),
  action: z.enum(['on', 'off']),
  by: z.string().min(1),
  because: z.string(),
  at: z.iso.datetime(),
  /** Of `on`: when it ends by itself. */
  until: z.iso.datetime().optional(),
});

export type MaintenanceLine = z.infer<typeof maintenanceLineSchema>;
