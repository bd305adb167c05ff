import { z } from 'zod';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const severitySchema = z.enum(severities);
export type Severity = z.infer<typeof severitySchema>;

/** Whether something of this severity is heard by whoever listens from `from` on. */
export function isHeardFrom(from: Severity, severity: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(from);
}
