import { describeDuration } from '../../../contract/duration.js';
import type { JudgedMetric } from '../judgements.js';

const counts = new Intl.NumberFormat('en');
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** How the page writes numbers and times; all times are UTC, so that two readers read the same. */
export const words = {
  count: (value: number | null): string => (value === null ? '–' : counts.format(value)),
  day: (at: number): string => days.format(at),
  time: (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`,
  /** From `began` to `at`: clocks may have been set back in between. */
  after: (at: number, began: number): string => (at <= began ? 'start' : `+${describeDuration(at - began)}`),
  took: (began: number | undefined, ended: number | undefined): string =>
    began === undefined || ended === undefined ? '–' : describeDuration(Math.max(0, ended - began)),
  value: (value: number | null, unit: JudgedMetric['unit']): string =>
    value === null ? '–' : `${Number(value.toPrecision(3))} ${unit}`,
  limit: ({ limit, unit }: JudgedMetric): string => {
    const lines = [
      ...(limit.pass === undefined ? [] : [`good up to ${limit.pass} ${unit}`]),
      ...(limit.fail === undefined ? [] : [`bad above ${limit.fail} ${unit}`]),
      ...(limit.failWorseByPercent === undefined ? [] : [`bad when ${limit.failWorseByPercent} % worse than live`]),
    ];
    return lines.length === 0 ? 'no limit' : lines.join(', ');
  },
};
