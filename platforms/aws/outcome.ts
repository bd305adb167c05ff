import type { Colour } from '../../contract/colour.js';
import { ecsServiceName } from '../../contract/aws-names.js';
import { PlatformError } from '../../contract/errors.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Replica } from '../../pipeline/ports/slots.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { EcsApi, EcsService } from './ecs-api.js';
import { persist } from './persist.js';
import { readReplicas } from './replicas.js';

export interface OutcomeParts {
  readonly ecs: EcsApi;
  readonly clock: Clock;
  /** Whether the load balancer calls the service's targets of this colour well. */
  readonly targetsHealthy: (service: string, colour: Colour, signal: AbortSignal) => Promise<boolean>;
}

const lookEvery = 5_000;
const patience = 60_000;

/**
 * Waits until what runs is what was asked for: ECS calls a deployment done that it has put back, so each task's own
 * image is compared. Throws PlatformError when ECS has given up, or when it takes longer than `within`.
 */
export async function assertOutcome(
  { ecs, clock, targetsHealthy }: OutcomeParts,
  wanted: {
    readonly colour: Colour;
    readonly input: SlotInput;
    readonly routed: readonly string[];
    readonly within: number;
  },
  work: Work,
): Promise<readonly Replica[]> {
  const { colour, input, routed } = wanted;
  const services = Object.keys(input.release.artifacts);
  const end = clock.monotonic() + wanted.within;
  let said = '';
  for (;;) {
    const look = () => readReplicas(ecs, services, colour, work.signal);
    const { standing, replicas } = await persist(look, { clock, within: patience, signal: work.signal });
    await refuseFailed(ecs, standing, work.signal);
    const waiting =
      waitingFor(services, colour, standing, replicas, input) ??
      (await unhealthyOf(routed, (service) => targetsHealthy(service, colour, work.signal)));
    if (waiting === undefined) return replicas;
    if (clock.monotonic() > end) {
      throw new PlatformError(`slot ${colour} did not become what was asked for in time: ${waiting}`);
    }
    if (waiting !== said) work.say(`${colour}: ${waiting}`);
    said = waiting;
    await clock.sleep(lookEvery, work.signal);
  }
}

/** A deployment that ECS has given up is never done by waiting. */
export async function refuseFailed(ecs: EcsApi, standing: readonly EcsService[], signal: AbortSignal): Promise<void> {
  for (const service of standing) {
    const failed = service.deployments.find((deployment) => deployment.primary && deployment.state === 'FAILED');
    if (!failed) continue;
    const stopped = await ecs.stoppedTasksOf(service.name, signal).catch(() => []);
    const reasons = [...new Set(stopped.map((task) => task.stoppedBecause).filter((because) => because !== undefined))];
    const said = [failed.because, ...reasons].filter((text) => text !== '').join('; ');
    throw new PlatformError(`ECS gave up on ${service.name}: ${said === '' ? 'it does not say why' : said}`, {
      hint: 'the log group of the service has what its tasks said',
    });
  }
}

function waitingFor(
  services: readonly string[],
  colour: Colour,
  standing: readonly EcsService[],
  replicas: readonly Replica[],
  input: SlotInput,
): string | undefined {
  for (const service of services) {
    const found = standing.find((candidate) => candidate.name === ecsServiceName(service, colour));
    if (!found) return `${service} does not exist yet`;
    const own = replicas.filter((replica) => replica.service === service);
    const wanted = input.release.artifacts[service]?.digest;
    const other = own.find((replica) => replica.digest !== wanted && replica.digest !== 'none');
    if (other) return `${service} still runs ${other.digest}, not ${wanted ?? 'what was asked for'}`;
    const ill = own.find((replica) => !replica.healthy);
    if (ill) return `${service}: replica ${ill.id}: ${ill.because ?? 'not healthy'}`;
    const primary = found.deployments.find((deployment) => deployment.primary);
    if (primary && primary.state !== 'COMPLETED') return `${service}: ECS is still deploying`;
  }
  return undefined;
}

export async function unhealthyOf(
  services: readonly string[],
  healthy: (service: string) => Promise<boolean>,
): Promise<string | undefined> {
  const answers = await Promise.all(services.map(async (service) => ({ service, well: await healthy(service) })));
  const ill = answers.find(({ well }) => !well);
  return ill && `${ill.service}: the load balancer does not call its targets healthy yet`;
}
