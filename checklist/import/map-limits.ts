import { describeBound } from '../../contract/bound.js';
import type { Claim } from '../claims/claim.js';
import { describeDuration } from '../../contract/duration.js';
import { pathOf, type Document, type Entry } from '../read/document.js';
import type { Mapping, Said } from './mapping.js';

/** Limits of metrics become metrics with the lines that their sentence or their row gives. */
export function mapLimits({ entries }: Document, claims: readonly Claim[]): Mapping[] {
  return entries.flatMap((entry) => {
    const { place } = entry;
    if (place === undefined) return [];
    const own = claims.filter((claim) => claim.entry === entry && isLine(claim));
    const groups = byMetric(own);
    return groups.flatMap((group) => {
      const says = saysOf(group);
      const shown = group[0]?.line ?? entry.line;
      const [first] = group;
      const title = groups.length === 1 || !first ? entry.text : [first.of, first.metric, first.statistic].join(' ');
      return says
        ? [{ line: entry.line, shown, place, row: rowOf(entry, entries), title, path: pathOf(entry.section), says }]
        : [];
    });
  });
}

function isLine({ sense, bound }: Claim): boolean {
  return (sense === 'pass' || sense === 'alarm' || sense === 'rollback') && bound.unit !== 'per minute';
}

function byMetric(claims: readonly Claim[]): Claim[][] {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const key = [claim.metric, claim.of, claim.statistic].join('|');
    groups.set(key, [...(groups.get(key) ?? []), claim]);
  }
  return [...groups.values()];
}

/** Each line of a metric once: two of a kind contradict each other, and nothing is proposed. */
function saysOf(claims: readonly Claim[]): Record<string, Said> | undefined {
  const [first] = claims;
  const senses = claims.map(({ sense }) => sense);
  if (!first || new Set(senses).size !== senses.length) return undefined;
  if (first.metric === 'coverage' && senses[0] === 'pass' && first.bound.comparison === 'at least') {
    return { ci: { asks: 'coverage', atLeast: String(first.bound.value) } };
  }
  const over = claims.find((claim) => claim.over !== undefined)?.over;
  return {
    metric: {
      name: first.metric,
      ...(first.of === undefined ? {} : { of: first.of }),
      ...(first.statistic === undefined ? {} : { statistic: first.statistic }),
      ...Object.fromEntries(claims.map(({ sense, bound }) => [sense, describeBound(bound)])),
      ...(over === undefined ? {} : { over: durationText(over) }),
    },
  };
}

export function durationText(milliseconds: number): string {
  if (milliseconds >= 259_200_000 && milliseconds % 86_400_000 === 0) return `${milliseconds / 86_400_000}d`;
  for (const [unit, size] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const) {
    if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return describeDuration(milliseconds).replace(' ', '');
}

export function rowOf(entry: Entry, entries: readonly Entry[]): number | undefined {
  if (entry.kind !== 'row') return undefined;
  return entries.filter(({ kind, place }) => kind === 'row' && place?.after === entry.place?.after).indexOf(entry) + 1;
}
