import type { Bound } from '../../contract/bound.js';
import { slugOf } from '../item-ids.js';
import type { Statistic } from './claim.js';
import type { FoundLimit } from './limits.js';
import { metricsIn, type KnownMetric } from './metrics.js';

export interface Named {
  readonly metric: Pick<KnownMetric, 'name' | 'bad'>;
  readonly known: boolean;
  readonly of: string | undefined;
  readonly statistic: Statistic | undefined;
}

export function isStatistic(text: string): boolean {
  return /^\s*(?:p\d\d|avg|average|mean|median|max)\s*$/i.test(text);
}

const statistics: readonly (readonly [Statistic, RegExp])[] = [
  ['p50', /\bp50\b|\bmedian\b/i],
  ['p90', /\bp90\b/i],
  ['p95', /\bp95\b|\b95(?:th|\.)? ?(?:percentile|perzentil)|\b95e centile/i],
  ['p99', /\bp99\b|\b99(?:th|\.)? ?(?:percentile|perzentil)/i],
  ['mean', /\b(?:avg|average|mean|durchschnitt(?:lich)?|moyenne)\b/i],
  ['max', /\b(?:peak|worst)\b/i],
];

const filler =
  /\b(?:verify|check|ensure|confirm|monitor|make sure|validate|assert|watch|keep|that|the|our|all|any|is|are|be|stays?|remains?|should|must|may|can|will|has|have|if|when|whenever|a|an|of|in|on|at|for|and|overall|total|current|usage|stable|rate|average|avg|mean|p\d\d|latency|endpoint|requests?|api|value|slow|responses?|times?|new|application|app|system|services?|production|prod|metrics?|percentile|percentil|performance|condition|increase|within|threshold|acceptable|range|limit|alert|alarm|rollback|roll back|trigger|triggers|warning|critical|target|pass|below|above|no|high|exists?|liegt|liegen|bei|ist|sind|wird|werden|bleibt|der|die|das|den|dem|auf|im|beim|dauerhaft|est|sont|reste|de|la|le|les)\b/giu;

/** The metric that the words before a limit name: one, and only one. */
export function nameOf(before: string, { unit }: Bound, sign: boolean, after = ''): Named | undefined {
  const own = after.split(/\b(?:or|and|oder|und|ou|et|y)\b|[;:.]/i)[0] ?? '';
  const statistic = statistics.find(([, pattern]) => pattern.test(before) || pattern.test(own))?.[0];
  // A percentile that nothing here can measure is another metric than the one without it.
  if (/\bp\d/i.test(`${before} ${own}`) && statistic === undefined) return undefined;
  const found = metricsIn(before, unit);
  const spoken = new Set(found.map(({ metric }) => metric.name));
  if (spoken.size > 1 && !(spoken.size === 2 && spoken.has('latency'))) return undefined;
  const chosen = found.find(({ metric }) => spoken.size === 1 || metric.name !== 'latency') ?? found[0];
  // 'Errors/session' is a quotient of its own.
  if (chosen && /^\s*(?:\/|per )\s*\p{L}/u.test(before.slice(chosen.to))) return undefined;
  if (chosen) {
    const lead =
      before
        .slice(0, chosen.from)
        .split(/\b(?:if|when|whenever|that|where|until|wenn|si)\b|[:,;]\s|\s[-–—]\s/i)
        .at(-1) ?? '';
    const words = `${lead} ${before.slice(chosen.to)}`;
    return { metric: chosen.metric, known: true, of: subjectIn(words), statistic };
  }
  const phrase = before.replaceAll(/[*_`:]+(?=\s|$)|^\W+/g, '').trim();
  const bare = phrase
    .replace(/^(?:verify|check|ensure|confirm|monitor)(?: that)?\s+/i, '')
    .replace(/\s+(?:is|are|should be|must be|stays?|:)$/i, '');
  if (!sign || (unit !== 'milliseconds' && unit !== 'percent') || /[.,;?!]|\b(?:if|when|and|or|not|no)\b/i.test(bare))
    return undefined;
  if (!/^[\p{L}`][\p{L}\d_/`' -]{2,50}$/u.test(bare) || bare.split(/\s+/).length > 6) return undefined;
  return {
    metric: { name: slugOf(bare), bad: unit === 'milliseconds' ? 'high' : undefined },
    known: false,
    of: undefined,
    statistic,
  };
}

/** 'more than 3 user complaints', 'less than 1 % errors'. */
export function nameAfter(text: string, limit: FoundLimit): Named | undefined {
  const after = /^[^.,;:()]{0,40}/.exec(text.slice(limit.to))?.[0] ?? '';
  const [found, ...more] = metricsIn(after, limit.bound.unit);
  if (!found || more.length > 0 || !/^\s*(?:[\p{L}-]+\s+)?$/u.test(after.slice(0, found.from))) return undefined;
  return {
    metric: found.metric,
    known: true,
    of: undefined,
    statistic: statistics.find(([, pattern]) => pattern.test(after))?.[0],
  };
}

/** Code, a path, or the few words that are left; longer sentences name no subject. */
function subjectIn(words: string): string | undefined {
  const code = /`([^`\s]+)`|(\/[\w{}/.-]+)|\b(\w+_\w+)\b/.exec(words);
  if (code) return code[1] ?? code[2] ?? code[3];
  const left = words
    .replaceAll(/[^\p{L}\d\s-]/gu, ' ')
    .replaceAll(filler, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => /^[\p{Script=Latin}-]{3,}$/u.test(word));
  return left.length > 0 && left.length <= 3 ? slugOf(left.join(' ')) || undefined : undefined;
}

/** A word of denial that is not part of the comparison turns its meaning round: then nothing is claimed. */
export function negated(before: string): boolean {
  return /\b(?:not|never|without|cannot|were|had|nicht|kein\w*|pas|n['’]t|\w+n['’]t)\b/i.test(before);
}
