import { z } from 'zod';

const factors = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds. Written in configuration as `500ms`, `30s`, `5m`, `2h` or `7d`. */
export type Duration = number & { readonly unit: 'milliseconds' };

export function milliseconds(count: number): Duration {
  return count as Duration;
}

export function seconds(count: number): Duration {
  return (count * 1_000) as Duration;
}

/** Undefined when the text is not a duration. */
export function readDuration(text: string): Duration | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return milliseconds(Number(match[1]) * factors[match[2] as keyof typeof factors]);
}

/** How a person types it in a stack file. */
export const durationTextSchema = z
  .string()
  .regex(pattern, { error: 'a duration such as 30s, 5m, 24h or 7d' })
  .transform((text) => readDuration(text) ?? milliseconds(0));

/** How a plan or a journal carries it. */
export const durationSchema = z.number().nonnegative().transform(milliseconds);

export function describeDuration(duration: number): string {
  if (duration < 1_000) return `${Math.round(duration)} ms`;
  if (duration < 120_000) return `${Number((duration / 1_000).toFixed(1))} s`;
  if (duration < 7_200_000) return `${Number((duration / 60_000).toFixed(1))} min`;
  if (duration < 172_800_000) return `${Number((duration / 3_600_000).toFixed(1))} h`;
  return `${Number((duration / 86_400_000).toFixed(1))} d`;
}
