import { describeBound, type Unit } from '../../contract/bound.js';
import type { Claim } from '../claims/claim.js';
import { pathOf, type Section } from '../read/document.js';
import { environmentOf } from './around.js';
import type { Finding, Lintable, Rule } from './finding.js';

/** Claims about the same thing, in the same unit. */
function groups(claims: readonly Claim[]): Claim[][] {
  const found = new Map<string, Claim[]>();
  for (const claim of claims) {
    const { metric, of = '', bound, statistic = '' } = claim;
    const key = [
      metric,
      of,
      bound.unit,
      metric === 'latency' || metric === 'query-time' || of !== '' ? statistic : '',
    ].join('|');
    found.set(key, [...(found.get(key) ?? []), claim]);
  }
  return [...found.values()];
}

const nameOf = ({ metric, of, statistic }: Claim): string =>
  [of, metric, statistic].filter((word) => word !== undefined).join(' ');
const say = ({ bound }: Claim): string => describeBound(bound);
const worse = (one: number, other: number, bad: Claim['bad']): boolean => (bad === 'low' ? one < other : one > other);

/** Between the success line and the nearest line that leads to an act nobody watches. */
const bands: Rule = ({ claims, watched }) =>
  groups(claims.filter(({ known, metric }) => known && !watched.has(metric))).flatMap((group) => {
    const passes = group.filter(({ sense }) => sense === 'pass');
    const trips = group.filter(({ sense }) => sense === 'alarm' || sense === 'rollback');
    const [pass] = passes.toSorted(strictest);
    const [trip] = trips.toSorted(strictest);
    if (!pass || !trip || !worse(trip.bound.value, pass.bound.value, pass.bad)) return [];
    const rollback = trip.sense === 'rollback';
    return [
      {
        code: rollback ? 'rollback-looser-than-success' : 'unwatched-band',
        lines: [trip.line, pass.line],
        because: `${nameOf(pass)} is a success ${say(pass)}, and the ${rollback ? 'rollback' : 'alarm'} comes ${say(trip)}: in between nobody is told and nothing happens`,
        better: `say what holds in between: one metric with pass: ${say(pass)} and ${rollback ? 'rollback' : 'alarm'}: ${say(trip)} holds there and asks; or set the lines together`,
      },
    ];
  });

function strictest(one: Claim, other: Claim): number {
  return one.bad === 'low' ? other.bound.value - one.bound.value : one.bound.value - other.bound.value;
}

/** A value that is a success and a reason to go back at once. */
const overlaps: Rule = ({ claims }) =>
  groups(claims).flatMap((group) => {
    const passes = group.filter(({ sense }) => sense === 'pass');
    return group
      .filter(({ sense }) => sense === 'rollback' || sense === 'alarm')
      .flatMap((trip): Finding[] => {
        const pass = passes.find((each) => worse(each.bound.value, trip.bound.value, each.bad) && oneStage(each, trip));
        if (!pass) return [];
        return [
          {
            code: 'success-beyond-rollback',
            lines: [trip.line, pass.line],
            because: `${nameOf(pass)} is a success ${say(pass)}, and a reason to act ${say(trip)}: a value between is both`,
            better: 'set the line of success where nothing has to be done about it',
          },
        ];
      });
  });

/** Stages may ask for different values; the same stage, or the document as a whole, may not. */
const twoValues: Rule = ({ claims }) => {
  const decided = claims.filter(({ sense }) => sense === 'pass');
  return groups(decided).flatMap((group) => {
    for (const [index, one] of group.entries()) {
      const other = group.slice(index + 1).find((each) => each.bound.value !== one.bound.value && sameStage(each, one));
      if (other) return [conflict(other, one)];
    }
    return [];
  });
};

function conflict(later: Claim, earlier: Claim): Finding {
  return {
    code: 'two-expected-values',
    lines: [later.line, earlier.line],
    because: `${nameOf(later)} is expected ${say(earlier)} and ${say(later)}: which one decides is not said`,
    better: 'keep the one that decides, and call the other a target or an alarm',
  };
}

const stages =
  /\b(?:canary|stag(?:e|ing)|full|roll ?out|smoke|batch|phase|production|local|dev|first|hours?|daily|day|week|\d+ ?%)\b/i;

function sameStage(one: Claim, other: Claim): boolean {
  if (environmentOf(one.section) !== environmentOf(other.section)) return false;
  return one.section === other.section || stageOf(one.section) === stageOf(other.section);
}

/** What stands under no stage holds for all of them. */
function oneStage(one: Claim, other: Claim): boolean {
  const stage = stageOf(one.section);
  return stage === '' || stageOf(other.section) === '' || stage === stageOf(other.section);
}

/** The nearest heading that names a stage. */
function stageOf(section: Section): string {
  return pathOf(section).findLast((title) => stages.test(title)) ?? '';
}

/** A limit and a target beside it, on one line or about one subject: two numbers, one decision. */
const targets: Rule = ({ claims }) =>
  claims
    .filter(({ sense }) => sense === 'target')
    .flatMap((target): Finding[] => {
      const limit = claims.find(
        (each) => each.sense === 'pass' && each.line === target.line && each.bound.value !== target.bound.value,
      );
      return limit
        ? [
            {
              code: 'two-expected-values',
              lines: [target.line],
              because: `${nameOf(limit)} has a limit (${say(limit)}) and a target (${describeBound({ ...target.bound, comparison: 'exactly' })}): what holds between them is not said`,
              better: 'give the limit that decides; a target that decides nothing belongs into a report',
            },
          ]
        : [];
    });

/** One subject with limits of the same unit in different statistics: a mean above its own p95 can't hold. */
const statistics: Rule = ({ claims }) => {
  const rank = { p50: 1, mean: 1, p90: 2, p95: 3, p99: 4, max: 5 } as const;
  const ranked = claims.filter(({ sense, statistic, bad }) => sense === 'pass' && statistic && bad === 'high');
  return ranked.flatMap((one): Finding[] => {
    const other = ranked.find(
      (each) =>
        each.metric === one.metric &&
        each.of === one.of &&
        each.bound.unit === one.bound.unit &&
        rank[each.statistic ?? 'max'] > rank[one.statistic ?? 'p50'] &&
        each.bound.value < one.bound.value &&
        sameStage(each, one),
    );
    return other
      ? [
          {
            code: 'limits-contradict',
            lines: [one.line, other.line],
            because: `${nameOf(one)} may be ${say(one)}, but ${nameOf(other)} only ${say(other)}: the looser one can never decide`,
            better: 'a higher percentile has the wider limit',
          },
        ]
      : [];
  });
};

/** A trigger that fires at what was normal so far. */
const baselines: Rule = ({ claims, document }) => {
  const normal = [...claims.filter(({ sense }) => sense === 'baseline'), ...spokenBaselines({ claims, document })];
  return claims
    .filter(({ sense, known }) => sense === 'rollback' && known)
    .flatMap((trip): Finding[] => {
      const base = normal.find(
        (each) =>
          each.bound.unit === trip.bound.unit &&
          (each.metric === trip.metric || (each.bound.unit === 'milliseconds' && trip.metric === 'latency')) &&
          (trip.of === undefined || trip.of === each.of) &&
          worse(each.bound.value, trip.bound.value, trip.bad),
      );
      return base
        ? [
            {
              code: 'trigger-better-than-baseline',
              lines: [trip.line, base.line],
              because: `it goes back when ${nameOf(trip)} is ${say(trip)}, but so far ${describeBound({ ...base.bound, comparison: 'exactly' }).replace('exactly ', '')} was normal: going back makes it worse`,
              better: 'compare with the live slot at the same time: rollback: worse than live by 50%',
            },
          ]
        : [];
    });
};

/** 'from 2000 ms to 745 ms', '2 s → 0.7 s', 'baseline 305 ms': the first is what was. */
function spokenBaselines({ document }: Pick<Lintable, 'claims' | 'document'>): Claim[] {
  const pattern =
    /(?:\bfrom\s+)?(?<![\d.])(\d+(?:\.\d+)?)\s?(ms|s)\s*(?:→|->|to)\s*~?\d+(?:\.\d+)?\s?(?:ms|s)\b|\bbaselines?\b[^\d\n]{0,20}(\d+(?:\.\d+)?)\s?(ms|s)\b/gi;
  return document.entries.flatMap((entry) =>
    [...entry.text.matchAll(pattern)].map((match): Claim => {
      const value = Number(match[1] ?? match[3]) * ((match[2] ?? match[4])?.toLowerCase() === 's' ? 1_000 : 1);
      const unit: Unit = 'milliseconds';
      const bound = { comparison: 'exactly', value, unit } as const;
      const { line, section, text } = entry;
      return {
        metric: 'latency',
        known: true,
        bad: 'high',
        of: undefined,
        statistic: undefined,
        sense: 'baseline',
        bound,
        over: undefined,
        line,
        text,
        section,
        entry,
      };
    }),
  );
}

export const thresholdRules: readonly Rule[] = [bands, overlaps, twoValues, targets, statistics, baselines];
