import { setTimeout as pause } from 'node:timers/promises';
import { colours } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import { worstAnswer } from '../../contract/verdict.js';
import type { Verdict } from '../../contract/verdict.js';
import { describeWeights, sameWeights } from '../../contract/weights.js';
import type { Weights } from '../../contract/weights.js';
import type { Traffic } from '../../pipeline/ports/traffic.js';
import type { BalancerClient } from './host/balancer/client.js';
import type { Answer } from './host/balancer/protocol.js';
import { shareFits } from './share-fits.js';

const agreeing = 3;
const pauseBetweenReads = 20;
/** Choices to see per service before an answer, users' and probes' together. */
const enoughChoices = 200;
/** Probes that decide when the first look fell outside its interval, as one look in a thousand does by chance. */
const secondLook = 2_000;

type Seen = Answer<'read'>;

/** Asks whether reads agree, targets are healthy, and requests divide as the weights say; thin traffic is topped up with probes. */
export function convergence(client: BalancerClient): Traffic['converged'] {
  return async (weights, since, signal) => {
    try {
      const { reads, seen } = await readsAgree(client, weights, signal);
      if (reads.answer !== 'yes') return reads;
      const open = Object.keys(seen.reading.services);
      const health = open.flatMap((service) => targetsHealthy(seen, service, weights));
      const shares: Verdict[] = [];
      for (const service of open) shares.push(await shareOf(client, service, weights, since, signal));
      return together([reads, ...health, ...shares]);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PlatformError)) throw error;
      return { answer: 'unknown', because: error.message, evidence: {} };
    }
  };
}

async function readsAgree(
  client: BalancerClient,
  weights: Weights,
  signal: AbortSignal,
): Promise<{ readonly reads: Verdict; readonly seen: Seen }> {
  for (let read = 1; ; read += 1) {
    const seen = await client.call('read', {}, { signal });
    const services = Object.entries(seen.reading.services);
    const others = services.filter(([, found]) => !sameWeights(found, weights));
    const evidence: JsonObject = { weights: seen.reading.services, reads: read };
    if (others.length > 0) {
      const found = others.map(([service, is]) => `${service}: ${describeWeights(is)}`).join(', ');
      return { reads: { answer: 'no', because: `the balancer has ${found}`, evidence }, seen };
    }
    if (services.length === 0) {
      return { reads: { answer: 'unknown', because: 'no service is open to users', evidence }, seen };
    }
    if (read === agreeing) return { reads: { answer: 'yes', because: `${agreeing} reads agree`, evidence }, seen };
    await pause(pauseBetweenReads, undefined, { signal });
  }
}

function targetsHealthy(seen: Seen, service: string, weights: Weights): Verdict[] {
  return colours
    .filter((colour) => weights[colour] > 0)
    .map((colour) => {
      const targets = seen.targets[colour][service] ?? [];
      const healthy = targets.filter(({ health }) => health === 'healthy').length;
      const sick = targets.filter(({ health }) => health === 'unhealthy');
      const reasons = sick.map(({ id, because }) => `${id}: ${because ?? 'unhealthy'}`).join(', ');
      const because = `${service} ${colour}: ${healthy} of ${targets.length} targets healthy${reasons && ` (${reasons})`}`;
      if (targets.length === 0 || sick.length > 0) return { answer: 'no', because, evidence: {} };
      return { answer: healthy === targets.length ? 'yes' : 'unknown', because, evidence: {} };
    });
}

async function shareOf(
  client: BalancerClient,
  service: string,
  weights: Weights,
  since: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const { complete, services } = await client.call('choices', { since }, { signal });
  const users = (complete ? services[service] : undefined) ?? { blue: 0, green: 0 };
  const missing = enoughChoices - users.blue - users.green;
  const chosen = { ...users };
  if (missing > 0) await probe(client, service, missing, chosen, signal);
  if (shareFits(chosen.blue, chosen.blue + chosen.green, weights.blue))
    return verdictOf('yes', service, chosen, weights);
  // At 0 % and 100 % there is no chance in it: one request on the wrong side is a fact.
  if (weights.blue === 0 || weights.green === 0) return verdictOf('no', service, chosen, weights);
  const again = { blue: 0, green: 0 };
  await probe(client, service, secondLook, again, signal);
  const fits = shareFits(again.blue, again.blue + again.green, weights.blue);
  return verdictOf(fits ? 'yes' : 'no', service, again, weights);
}

async function probe(
  client: BalancerClient,
  service: string,
  count: number,
  into: { blue: number; green: number },
  signal: AbortSignal,
): Promise<void> {
  const { chosen } = await client.call('probe', { service, count }, { signal, timeoutMilliseconds: 30_000 });
  into.blue += chosen.blue;
  into.green += chosen.green;
}

function verdictOf(
  answer: Verdict['answer'],
  service: string,
  { blue, green }: { readonly blue: number; readonly green: number },
  weights: Weights,
): Verdict {
  const because = `${service}: ${blue} of ${blue + green} requests went to blue, for a share of ${weights.blue} %`;
  return { answer, because, evidence: { [service]: { blue, green } } };
}

function together(verdicts: readonly Verdict[]): Verdict {
  const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
  const telling = verdicts.filter((verdict) => verdict.answer === answer);
  const evidence = Object.assign({}, ...verdicts.map((verdict) => verdict.evidence)) as JsonObject;
  return { answer, because: telling.map(({ because }) => because).join('; '), evidence };
}
