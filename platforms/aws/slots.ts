import { ecsServiceName } from '../../contract/aws-names.js';
import { otherColour, type Colour } from '../../contract/colour.js';
import { PlatformError, RefusedError, StoreError } from '../../contract/errors.js';
import { slotStackName } from '../../contract/names.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { routedNames } from '../../contract/service.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Replica, Slots } from '../../pipeline/ports/slots.js';
import type { Traffic } from '../../pipeline/ports/traffic.js';
import type { Engine } from '../pulumi/engine.js';
import type { AlbApi } from './alb-api.js';
import type { EcsApi, ScalingApi } from './ecs-api.js';
import type { Keeper } from './keeper.js';
import { assertOutcome } from './outcome.js';
import { persist } from './persist.js';
import { probeSlot, type Door } from './probe.js';
import { quietOf } from './quiet.js';
import { readReplicas } from './replicas.js';
import { restartSlot } from './restart-slot.js';
import { describeReading, type Route } from './route.js';
import { readSlotRecord, writeSlotRecord } from './slot-record.js';
import { upEvidence } from '../pulumi/up-evidence.js';

export interface AwsSlotsParts {
  readonly outputs: AwsOutputs;
  readonly routes: readonly Route[];
  readonly engine: Pick<Engine, 'up' | 'destroy'>;
  readonly ecs: EcsApi;
  readonly scaling: ScalingApi;
  readonly alb: AlbApi;
  readonly traffic: Pick<Traffic, 'read'>;
  readonly keeper: Keeper;
  readonly clock: Clock;
}

const patience = 60_000;
const outcomeWithin = 15 * 60_000;

/** Slots as services of ECS. Their state is read from ECS and the store, never from Pulumi. */
export function awsSlots(parts: AwsSlotsParts): Slots {
  const { outputs, ecs, clock, keeper } = parts;
  const services = Object.keys({ ...outputs.formerServices, ...outputs.services });
  const stackOf = (colour: Colour): string => slotStackName(outputs.environment, colour);
  const door: Door = { url: outputs.balancer.testUrl, hostOf: (service) => outputs.routes[service]?.host ?? undefined };

  return {
    async state(colour, signal) {
      const read = () => readReplicas(ecs, services, colour, signal);
      const { standing, replicas } = await persist(read, { clock, within: patience, signal });
      const record = standing.length === 0 ? undefined : await recordOf(keeper, outputs.environment, colour);
      const input = agreeing(record, replicas);
      return {
        colour,
        standing: standing.length > 0,
        input,
        replicas: await withTargets(parts, colour, replicas, signal),
      };
    },

    async provision(colour, input, work) {
      const names = Object.keys(input.release.artifacts);
      // While this slot grows and may fail, the other one must stay as large as it is.
      await eachService(names, (service) =>
        parts.scaling.allowScaleIn(ecsServiceName(service, otherColour(colour)), false),
      );
      const result = await parts.engine.up(stackOf(colour), { input, work });
      await writeSlotRecord(keeper, outputs.environment, colour, input);
      const routed = routedNames(outputs.services).filter((service) => names.includes(service));
      await eachService(routed, async (service) => {
        const count = input.replicas[service] ?? outputs.services[service]?.replicas;
        // The program says a number only when the service is born.
        if (count !== undefined) await ecs.setDesired(ecsServiceName(service, colour), count, work.signal);
      });
      await eachService(names, (service) =>
        parts.scaling.allowScaleIn(ecsServiceName(service, colour), true, work.signal),
      );
      const wanted = { colour, input, routed, within: outcomeWithin };
      const targetsHealthy = (service: string, of: Colour, signal: AbortSignal) =>
        healthyTargets(parts, service, of, signal);
      const replicas = await assertOutcome({ ecs, clock, targetsHealthy }, wanted, work);
      return upEvidence(stackOf(colour), result, replicas);
    },

    async destroy(colour, work) {
      const because = await standingBecause(parts, colour);
      if (because !== undefined) throw new RefusedError(`${because}: slot ${colour} must keep standing`);
      const result = await parts.engine.destroy(stackOf(colour), { work });
      await eachService(services, (service) =>
        parts.scaling.allowScaleIn(ecsServiceName(service, otherColour(colour)), true),
      );
      return upEvidence(stackOf(colour), result, []);
    },

    async letShrink(colour, work) {
      const failed: string[] = [];
      await eachService(services, async (service) => {
        const allow = () => parts.scaling.allowScaleIn(ecsServiceName(service, colour), true, work.signal);
        await persist(allow, { clock, within: patience, signal: work.signal }).catch((error: unknown) => {
          if (!(error instanceof PlatformError)) throw error;
          failed.push(`${service}: ${error.message}`);
        });
      });
      for (const why of failed) work.say(`${colour} keeps as many tasks as it has: ${why}`);
      return failed.length === 0 ? { shrinks: colour } : { failed };
    },

    restart: (colour, work) => {
      const routed = routedNames(outputs.services);
      const targetsHealthy = (service: string, of: Colour, signal: AbortSignal) =>
        healthyTargets(parts, service, of, signal);
      return restartSlot({ ecs, clock, services, routed, targetsHealthy }, colour, work);
    },
    probe: (colour, request, signal) => probeSlot(door, colour, request, signal),
    quiet: quietOf(parts.alb, parts.routes, clock),
  };
}

/** A task may run while the load balancer sends it nothing: such a service is not healthy, whatever ECS says. */
async function withTargets(
  { alb, routes, clock }: AwsSlotsParts,
  colour: Colour,
  replicas: readonly Replica[],
  signal: AbortSignal | undefined,
): Promise<readonly Replica[]> {
  const running = routes.filter((route) =>
    replicas.some(({ service, healthy }) => healthy && service === route.service),
  );
  const ill = await Promise.all(
    running.map(async ({ service, targetGroups }) => {
      const ask = () => alb.targetHealth(targetGroups[colour], signal);
      const targets = await persist(ask, { clock, within: patience, signal });
      if (targets.includes('healthy')) return [];
      const because =
        targets.length === 0 ? 'its target group is empty' : 'the load balancer calls none of its targets healthy';
      return [[service, because] as const];
    }),
  );
  const reasons = new Map(ill.flat());
  return replicas.map((replica) => {
    const because = reasons.get(replica.service);
    return because === undefined || !replica.healthy ? replica : { ...replica, healthy: false, because };
  });
}

/** Going back must not need the store: what it can't say is not known. */
function recordOf(keeper: Keeper, environment: string, colour: Colour): Promise<SlotInput | undefined> {
  return readSlotRecord(keeper, environment, colour).catch((error: unknown) => {
    if (error instanceof StoreError) return undefined;
    throw error;
  });
}

/** What the store says of a slot counts as long as ECS runs nothing else there. */
function agreeing(record: SlotInput | undefined, replicas: readonly Replica[]): SlotInput | undefined {
  if (!record) return undefined;
  const other = replicas.some(
    ({ service, digest }) => digest !== 'none' && digest !== record.release.artifacts[service]?.digest,
  );
  return other ? undefined : record;
}

async function standingBecause(
  { traffic, alb, routes, clock }: AwsSlotsParts,
  colour: Colour,
): Promise<string | undefined> {
  const reading = await traffic.read();
  const weighted = Object.values(reading.services).some((weights) => weights[colour] > 0);
  if (weighted) return `it has weight (${describeReading(reading)})`;
  const { inFlight } = await quietOf(alb, routes, clock)(colour);
  return inFlight > 0 ? `${inFlight} requests reached it in the last minutes` : undefined;
}

async function healthyTargets(
  { alb, routes, clock }: AwsSlotsParts,
  service: string,
  colour: Colour,
  signal: AbortSignal,
): Promise<boolean> {
  const route = routes.find((candidate) => candidate.service === service);
  if (!route) return true;
  const ask = () => alb.targetHealth(route.targetGroups[colour], signal);
  const targets = (await persist(ask, { clock, within: patience, signal })).filter((target) => target !== 'draining');
  // Without any weight a target group may be called unused: then nobody asks its targets how they are.
  return targets.length > 0 && targets.every((target) => target === 'healthy');
}

async function eachService(names: readonly string[], act: (service: string) => Promise<void>): Promise<void> {
  await Promise.all(names.map(act));
}
