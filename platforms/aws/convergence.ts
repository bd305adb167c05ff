import { colours } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import { sameWeights, type Weights } from '../../contract/weights.js';
import type { Clock, Mark, Traffic } from '../../pipeline/ports.js';
import type { AlbApi } from './alb-api.js';
import { describeReading, readingOf, type Route } from './route.js';
import { shareFits } from './share.js';
import { TransientError } from './transient-error.js';

/** Sends requests of our own through the users' route, so that thin traffic can be counted. */
export type TopUp = (service: string, requests: number, signal: AbortSignal) => Promise<void>;

export interface ConvergenceParts {
  readonly api: AlbApi;
  readonly routes: readonly Route[];
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

/** Asks three things: do the rules agree, are the targets healthy, did users' requests divide so. */
export function convergence(parts: ConvergenceParts): Traffic['converged'] {
  return async (weights, since, signal) => {
    try {
      const rules = await rulesAgree(parts, weights, signal);
      if (rules.answer !== 'yes') return rules;
      const open = parts.routes.filter(
        (route) => !(rules.evidence['dark'] as readonly string[]).includes(route.service),
      );
      const verdicts = [
        ...(await Promise.all(open.map((route) => targetsHealthy(parts.api, route, weights, signal)))),
        ...(await sharesFit(parts, open, weights, since, signal)),
      ];
      return together(verdicts);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return { answer: 'unknown', because: `could not look: ${error.message}`, evidence: {} };
    }
  };
}

async function rulesAgree(parts: ConvergenceParts, weights: Weights, signal: AbortSignal): Promise<Verdict> {
  const arns = parts.routes.map((route) => route.ruleArn);
  for (let read = 1; ; read += 1) {
    signal.throwIfAborted();
    const reading = readingOf(parts.routes, await parts.api.describeRules(arns, signal));
    const evidence: JsonObject = { services: { ...reading.services }, dark: [...reading.dark], reads: read };
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
    if (serving.length === 0) return { answer: 'no', because: `${place} has weight and no target`, evidence: {} };
    const because = `${place}: ${healthy} of ${serving.length} targets healthy`;
    if (serving.includes('unhealthy') || serving.includes('unused')) return { answer: 'no', because, evidence: {} };
    return { answer: healthy === serving.length ? 'yes' : 'unknown', because, evidence: {} };
  });
  return together(verdicts);
}

async function sharesFit(
  parts: ConvergenceParts,
  open: readonly Route[],
  weights: Weights,
  since: Mark,
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const from = new Date(Math.ceil((Date.parse(since) + settling) / 60_000) * 60_000);
  const to = parts.clock.now();
  const groups = open.flatMap((route) => [route.targetGroups.blue, route.targetGroups.green]);
  const counts = await parts.api.requestsPerMinute(groups, from, to, signal);
  return Promise.all(
    open.map(async (route) => {
      const { blue, all } = requestsOf(counts, route, weights, to);
      const answer = shareFits(blue, all, weights.blue, minimumRequests);
      if (answer === 'unknown') await parts.topUp?.(route.service, minimumRequests - all, signal);
      const because =
        all === 0
          ? `${route.service}: no whole minute with requests since the shift yet`
          : `${route.service}: ${blue} of ${all} requests went to blue, for a share of ${weights.blue} %`;
      return { answer, because, evidence: { [route.service]: { blue, all } } };
    }),
  );
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
