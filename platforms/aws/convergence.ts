import { colours } from '../../contract/colour.js';
import { showsMaintenance } from '../../contract/aws-route.js';
import { DriftError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import { sameWeights, type Weights } from '../../contract/weights.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Mark } from '../../pipeline/ports/mark.js';
import type { Traffic } from '../../pipeline/ports/traffic.js';
import type { AlbApi } from './alb-api.js';
import { describeReading, readingOf, type Route } from './route.js';
import { shareFits } from './share.js';
import { TransientError } from './transient-error.js';

/** Sends requests of our own through the users' route, so that thin traffic can be counted. */
export type TopUp = (service: string, requests: number, signal: AbortSignal) => Promise<void>;

export interface ConvergenceParts {
  readonly api: AlbApi;
  readonly routes: readonly Route[];
  /** Of the maintenance page; undefined: there is none. */
  readonly maintenanceRuleArn?: string | undefined;
  readonly clock: Clock;
  readonly topUp?: TopUp | undefined;
}

const agreeing = 3;
const pauseBetweenReads = 1_000;
const minimumRequests = 50;
/** Nodes of a balancer take over a new rule within seconds; a minute in which that happened is not counted. */
const settling = 5_000;
/** CloudWatch may still be adding up a minute that ended this long ago. */
const countedWithin = 3 * 60_000;
/** It has something new once a minute, and asking costs money by the query. */
const freshFor = 15_000;
/** Traffic is called thin once it could have been counted, and is topped up so often. */
const thinAfter = 2 * 60_000;
const topUpEvery = 30_000;

/**
 * Asks three things: do the rules agree, are the targets healthy, did users' requests divide so. Behind the maintenance
 * page no request reaches a target group, so that there the third can't be asked, however long one waits.
 */
export function convergence(parts: ConvergenceParts): Traffic['converged'] {
  const watch: CountWatch = { counts: undefined, toppedUp: new Map() };
  return async (weights, since, signal) => {
    try {
      const rules = await rulesAgree(parts, weights, signal);
      if (rules.answer !== 'yes') return rules;
      const open = parts.routes.filter(
        (route) => !(rules.evidence['dark'] as readonly string[]).includes(route.service),
      );
      const health = await Promise.all(open.map((route) => targetsHealthy(parts.api, route, weights, signal)));
      const shares =
        rules.evidence['maintenance'] === true
          ? [behindThePage]
          : await sharesFit(parts, watch, open, weights, since, signal);
      return together([...health, ...shares]);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return { answer: 'unknown', because: `could not look: ${error.message}`, evidence: {} };
    }
  };
}

const behindThePage: Verdict = {
  answer: 'yes',
  because: 'the rules agree; users get the maintenance page, so there are no requests to count',
  evidence: { maintenance: true },
};

async function rulesAgree(parts: ConvergenceParts, weights: Weights, signal: AbortSignal): Promise<Verdict> {
  const { maintenanceRuleArn: page } = parts;
  const arns = [...parts.routes.map((route) => route.ruleArn), ...(page === undefined ? [] : [page])];
  for (let read = 1; ; read += 1) {
    signal.throwIfAborted();
    const found = await parts.api.describeRules(arns, signal);
    const reading = readingOf(parts.routes, found);
    const maintenance = found.some(({ arn, conditions }) => arn === page && showsMaintenance(conditions));
    const evidence: JsonObject = {
      services: { ...reading.services },
      dark: [...reading.dark],
      maintenance,
      reads: read,
    };
    if (!Object.values(reading.services).every((is) => sameWeights(is, weights))) {
      return { answer: 'no', because: `the balancer reads ${describeReading(reading)}`, evidence };
    }
    if (read === agreeing) return { answer: 'yes', because: `${agreeing} reads agree`, evidence };
    await parts.clock.sleep(pauseBetweenReads, signal);
  }
}

async function targetsHealthy(api: AlbApi, route: Route, weights: Weights, signal: AbortSignal): Promise<Verdict> {
  const weighted = colours.filter((colour) => weights[colour] > 0);
  const health = await Promise.all(
    weighted.map(async (colour) => ({ colour, targets: await api.targetHealth(route.targetGroups[colour], signal) })),
  );
  const verdicts = health.map(({ colour, targets }): Verdict => {
    const place = `${route.service} ${colour}`;
    const serving = targets.filter((target) => target !== 'draining');
    const healthy = serving.filter((target) => target === 'healthy').length;
    if (targets.length === 0) {
      throw new DriftError(`${place} has weight, and its target group is empty: somebody took its targets out`, {
        hint: 'ECS puts a task in when it starts: force a new deployment of that service, or stop its tasks one by one',
      });
    }
    if (serving.length === 0) return { answer: 'no', because: `${place} has weight and no target`, evidence: {} };
    const because = `${place}: ${healthy} of ${serving.length} targets healthy`;
    if (serving.includes('unhealthy') || serving.includes('unused')) return { answer: 'no', because, evidence: {} };
    return { answer: healthy === serving.length ? 'yes' : 'unknown', because, evidence: {} };
  });
  return together(verdicts);
}

async function sharesFit(
  parts: ConvergenceParts,
  watch: CountWatch,
  open: readonly Route[],
  weights: Weights,
  since: Mark,
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const from = new Date(Math.ceil((Date.parse(since) + settling) / 60_000) * 60_000);
  const counts = await countsSince(parts, watch, open, from, signal);
  const now = parts.clock.now();
  return Promise.all(
    open.map(async (route) => {
      const { blue, all } = requestsOf(counts, route, weights, now);
      const answer = shareFits(blue, all, weights.blue, minimumRequests);
      const thin = answer === 'unknown' && now.getTime() - from.getTime() >= thinAfter;
      if (thin) await topUp(parts, watch, route.service, minimumRequests - all, signal);
      const because =
        all === 0
          ? `${route.service}: no whole minute with requests since the shift yet`
          : `${route.service}: ${blue} of ${all} requests went to blue, for a share of ${weights.blue} %`;
      return { answer, because, evidence: { [route.service]: { blue, all } } };
    }),
  );
}

interface CountWatch {
  counts: { readonly key: string; readonly at: number; readonly found: Counts } | undefined;
  readonly toppedUp: Map<string, number>;
}

async function countsSince(
  { api, clock }: ConvergenceParts,
  watch: CountWatch,
  open: readonly Route[],
  from: Date,
  signal: AbortSignal,
): Promise<Counts> {
  const groups = open.flatMap((route) => [route.targetGroups.blue, route.targetGroups.green]);
  const key = [from.toISOString(), ...groups].join(' ');
  const { counts } = watch;
  if (counts?.key === key && clock.monotonic() - counts.at < freshFor) return counts.found;
  const found = await api.requestsPerMinute(groups, from, clock.now(), signal);
  watch.counts = { key, at: clock.monotonic(), found };
  return found;
}

async function topUp(
  parts: ConvergenceParts,
  { toppedUp }: CountWatch,
  service: string,
  requests: number,
  signal: AbortSignal,
): Promise<void> {
  const last = toppedUp.get(service);
  if (last !== undefined && parts.clock.monotonic() - last < topUpEvery) return;
  toppedUp.set(service, parts.clock.monotonic());
  await parts.topUp?.(service, requests, signal);
}

type Counts = Awaited<ReturnType<AlbApi['requestsPerMinute']>>;

/** A minute that only one of two weighted groups reports may still be incomplete: until it is old, it isn't counted. */
function requestsOf(counts: Counts, route: Route, weights: Weights, now: Date): { blue: number; all: number } {
  const perMinute = colours.map((colour) => ({
    weight: weights[colour],
    requests: new Map(
      (counts.get(route.targetGroups[colour]) ?? []).map((count) => [count.minute.getTime(), count.requests]),
    ),
  }));
  const [blue, green] = perMinute;
  const sums = { blue: 0, all: 0 };
  if (!blue || !green) return sums;
  for (const minute of new Set([...blue.requests.keys(), ...green.requests.keys()])) {
    const old = now.getTime() - (minute + 60_000) > countedWithin;
    const reported = perMinute.filter((side) => side.requests.has(minute));
    const awaited = perMinute.some((side) => side.weight > 0 && !side.requests.has(minute));
    if (!old && awaited && reported.every((side) => side.weight > 0)) continue;
    sums.blue += blue.requests.get(minute) ?? 0;
    sums.all += (blue.requests.get(minute) ?? 0) + (green.requests.get(minute) ?? 0);
  }
  return sums;
}

function together(verdicts: readonly Verdict[]): Verdict {
  const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
  const telling = verdicts.filter((verdict) => verdict.answer === answer);
  return {
    answer,
    because: telling.map((verdict) => verdict.because).join('; '),
    evidence: Object.assign({}, ...verdicts.map((verdict) => verdict.evidence)) as JsonObject,
  };
}
