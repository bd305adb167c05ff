import { z } from 'zod';

/** What production enforces; an exception names the rule that it suspends. */
export const productionRules = [
  'zones',
  'nat-per-zone',
  'certificate',
  'test-listener-closed',
  'protection',
  'balancer-deletion-protection',
  'database-multi-az',
  'database-deletion-protection',
  'database-backups',
  'alarm-receivers',
  'approvals',
  'dead-mans-switch',
] as const;

export type ProductionRule = (typeof productionRules)[number];

/** A person decided that production may do without; it stays in the stack's outputs for the audit. */
export const productionExceptionSchema = z.strictObject({
  rule: z.enum(productionRules),
  because: z.string().min(10, { error: 'a reason that a stranger would accept, of at least 10 characters' }),
  by: z.string().min(1),
});

export type ProductionException = z.infer<typeof productionExceptionSchema>;
