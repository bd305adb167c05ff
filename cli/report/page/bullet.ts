import type { JudgedMetric } from '../judgements.js';

const width = 180;
const height = 18;

/**
 * A bar for the judged slot's value, a tick for the live slot's, and a line where bad begins. Holds numbers only, so it
 * needs no escaping; its meaning stands in the table's cells beside it.
 */
export function bullet({ slot, live, limit }: JudgedMetric): string {
  const bad = badFrom(live, limit);
  const largest = Math.max(slot ?? 0, live ?? 0, bad ?? 0) * 1.15;
  if (slot === null || largest === 0) return '';
  const x = (value: number): string => ((value / largest) * width).toFixed(1);
  const parts = [
    `<rect class="ground" width="${width}" height="8" y="5" rx="2"/>`,
    `<rect class="slot" width="${x(slot)}" height="8" y="5" rx="2"/>`,
    ...(live === null ? [] : [`<line class="live" x1="${x(live)}" x2="${x(live)}" y1="3" y2="15"/>`]),
    ...(bad === undefined ? [] : [`<line class="limit" x1="${x(bad)}" x2="${x(bad)}" y1="0" y2="${height}"/>`]),
  ];
  return `<svg class="bullet" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">${parts.join('')}</svg>`;
}

/** The lowest value that breaks one of the limits. */
function badFrom(live: number | null, { fail, failWorseByPercent }: JudgedMetric['limit']): number | undefined {
  const lines = [
    ...(fail === undefined ? [] : [fail]),
    ...(failWorseByPercent === undefined || live === null || live === 0 ? [] : [live * (1 + failWorseByPercent / 100)]),
  ];
  return lines.length === 0 ? undefined : Math.min(...lines);
}
