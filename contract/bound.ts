import { z } from 'zod';

export const comparisons = ['below', 'at most', 'above', 'at least', 'exactly'] as const;
export type Comparison = (typeof comparisons)[number];

/** What a number counts. Durations are milliseconds, sizes bytes (1 MB is 1,000,000 of them, 1 MiB 1,048,576). */
export const units = ['percent', 'milliseconds', 'bytes', 'bytes per hour', 'per minute', 'count'] as const;
export type Unit = (typeof units)[number];

/** A limit of a metric. `than` tells a share of change against the live slot from a value of its own. */
export const boundSchema = z.strictObject({
  comparison: z.enum(comparisons),
  value: z.number().nonnegative(),
  unit: z.enum(units),
  /** `live`: percent worse than the live slot at the same time. */
  than: z.literal('live').optional(),
});
export type Bound = z.infer<typeof boundSchema>;

const factors: Readonly<Record<string, readonly [Unit, number]>> = {
  '%': ['percent', 1],
  ms: ['milliseconds', 1],
  s: ['milliseconds', 1_000],
  m: ['milliseconds', 60_000],
  min: ['milliseconds', 60_000],
  h: ['milliseconds', 3_600_000],
  d: ['milliseconds', 86_400_000],
  b: ['bytes', 1],
  kb: ['bytes', 1e3],
  mb: ['bytes', 1e6],
  gb: ['bytes', 1e9],
  tb: ['bytes', 1e12],
  kib: ['bytes', 1_024],
  mib: ['bytes', 1_048_576],
  gib: ['bytes', 1_073_741_824],
  'kb/h': ['bytes per hour', 1e3],
  'mb/h': ['bytes per hour', 1e6],
  'gb/h': ['bytes per hour', 1e9],
  '/min': ['per minute', 1],
  '/s': ['per minute', 60],
  '': ['count', 1],
};

/** The unit and its factor for a written one such as `ms` or `MB`; undefined when it is not known. */
export function readUnit(text: string): readonly [Unit, number] | undefined {
  return factors[text.toLowerCase()];
}

const pattern = /^(below|at most|above|at least|exactly) (\d+(?:\.\d+)?) ?([a-zA-Z%/]*)$/;
const relative = /^worse than live by (\d+(?:\.\d+)?) ?%$/;

/** Reads `below 1%`, `at most 500ms`, `at least 99.9 %` or `worse than live by 50%`; undefined for anything else. */
export function readBound(text: string): Bound | undefined {
  const worse = relative.exec(text);
  if (worse) return { comparison: 'above', value: Number(worse[1]), unit: 'percent', than: 'live' };
  const [, comparison, value, written] = pattern.exec(text) ?? [];
  const unit = readUnit(written ?? '');
  if (comparison === undefined || !unit) return undefined;
  return { comparison: comparison as Comparison, value: exact(Number(value) * unit[1]), unit: unit[0] };
}

/** As `readBound` reads it, in the largest unit that leaves a number as people write it. */
export function describeBound({ comparison, value, unit, than }: Bound): string {
  if (than === 'live') return `worse than live by ${value}%`;
  const named = Object.entries(factors)
    .flatMap(([name, [of, factor]]) => (of === unit && !aliases.has(name) ? [{ name, factor }] : []))
    .sort((one, other) => other.factor - one.factor);
  const chosen = named.find(({ factor }) => wholeEnough(value / factor)) ?? named.at(-1);
  return `${comparison} ${exact(value / (chosen?.factor ?? 1))}${cased(chosen?.name ?? '')}`;
}

/** Read, but never written: minutes would look like metres, and 1.1 GiB is no round number of GB. */
const aliases = new Set(['m', 'kib', 'mib', 'gib', '/s']);

function wholeEnough(value: number): boolean {
  return value === 0 || (value >= 1 && Number.isInteger(exact(value * 10)));
}

function cased(unit: string): string {
  return unit.endsWith('b') || unit.endsWith('b/h') ? unit.replace(/[kmgt]?b/, (found) => found.toUpperCase()) : unit;
}

/** Without the dust of binary fractions: 1.1 × 1000 is 1100. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

export const boundTextSchema = z.string().transform((text, context) => {
  const bound = readBound(text);
  if (bound) return bound;
  context.addIssue({
    code: 'custom',
    message: "a limit such as 'below 1%', 'at most 500ms', 'above 5%', 'at least 99.9%' or 'worse than live by 50%'",
  });
  return z.NEVER;
});
