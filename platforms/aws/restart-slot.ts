import { ecsServiceName } from '../../contract/aws-names.js';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { EcsApi } from './ecs-api.js';
import { refuseFailed, unhealthyOf, type OutcomeParts } from './outcome.js';
import { persist } from './persist.js';
import { readReplicas } from './replicas.js';

export interface RestartParts extends OutcomeParts {
  readonly ecs: EcsApi;
  readonly clock: Clock;
  readonly services: readonly string[];
  readonly routed: readonly string[];
}

const lookEvery = 5_000;
const patience = 60_000;
const restartedWithin = 20 * 60_000;

/**
 * Every task of the slot anew, with the secrets and the connections of now. ECS's word is not enough: it is over when
 * none of the tasks of before is left and as many as wanted are healthy. Throws PlatformError when ECS gives up, or after
 * 20 minutes.
 */
export async function restartSlot(parts: RestartParts, colour: Colour, work: Work): Promise<JsonObject> {
  const { ecs, clock, services } = parts;
  const persistently = <Value>(call: () => Promise<Value>) =>
    persist(call, { clock, within: patience, signal: work.signal });
  const look = () => persistently(() => readReplicas(ecs, services, colour, work.signal));
  const before = await look();
  const working = before.standing.filter(({ desired }) => desired > 0);
  const old = new Set(before.replicas.map(({ service, id }) => `${service} ${id}`));
  for (const { name } of working) {
    work.say(`${name} starts again`);
    await persistently(() => ecs.redeploy(name, work.signal));
  }
  const end = clock.monotonic() + restartedWithin;
  let said = '';
  for (;;) {
    const waiting = await waitingFor();
    if (waiting === undefined) return Object.fromEntries(working.map(({ name, desired }) => [name, desired]));
    if (clock.monotonic() > end) throw new PlatformError(`slot ${colour} did not start again in time: ${waiting}`);
    if (waiting !== said) work.say(`${colour}: ${waiting}`);
    said = waiting;
    await clock.sleep(lookEvery, work.signal);
  }

  async function waitingFor(): Promise<string | undefined> {
    const { standing, replicas } = await look();
    await refuseFailed(ecs, standing, work.signal);
    const left = replicas.find(({ service, id, digest }) => digest !== 'none' && old.has(`${service} ${id}`));
    if (left) return `${left.service}: task ${left.id} of before still runs`;
    const ill = replicas.find(({ healthy }) => !healthy);
    if (ill) return `${ill.service}: replica ${ill.id}: ${ill.because ?? 'not healthy'}`;
    const busy = standing.find(({ deployments }) =>
      deployments.some((each) => each.primary && each.state !== 'COMPLETED'),
    );
    if (busy) return `${busy.name}: ECS is still deploying`;
    const routed = parts.routed.filter((service) =>
      working.some(({ name }) => name === ecsServiceName(service, colour)),
    );
    return unhealthyOf(routed, (service) => parts.targetsHealthy(service, colour, work.signal));
  }
}
