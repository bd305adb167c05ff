import { z } from 'zod';
import { DriftError, FencedError, PlatformError } from '../../contract/errors.js';
import { routedServicesOf } from '../routed-services.js';
import { describeWeights, sameWeights, wholeColour, weightsSchema, type Weights } from '../../contract/weights.js';
import type { Context, Passed, Step } from '../step.js';

/** `expected` null: whatever the weights are. Only a rollback plans that, when they differ between services. */
export const shiftArguments = z.strictObject({ weights: weightsSchema, expected: weightsSchema.nullable() });

/** Moves the users' traffic. A shift that leaves it split arms the dead-man's switch first. */
export function shift({ weights, expected }: z.infer<typeof shiftArguments>): Step {
  return {
    kind: 'change',
    movesTraffic: true,
    async run(context) {
      const { platform, token } = context;
      if (context.plan.action === 'rollback' && !platform.abilities.compareAndSet) return goBack(context, weights);
      const before = await platform.traffic.read(context.signal);
      const at = before.weights;
      if (expected !== null && (at === undefined || (!sameWeights(at, expected) && !sameWeights(at, weights)))) {
        const found = at === undefined ? 'mixed' : describeWeights(at);
        throw new DriftError(`the balancer's weights are ${found}, this step expected ${describeWeights(expected)}`, {
          hint: "somebody else moved traffic: 'crossfade status' shows the ways on",
        });
      }
      // A rollback was planned on a healthy slot a moment ago; nothing may slow it down.
      if (context.plan.action === 'deploy') await refuseWithoutTargets(context, weights);
      const split = wholeColour(weights) === undefined;
      if (split) await arm(context);
      const { mark } = await platform.traffic.shift(weights, { expected: at, token, signal: context.work.signal });
      if (!split) await platform.deadMansSwitch?.disarm(token);
      return { because: describeWeights(weights), evidence: { mark, weights } };
    },
    undo: (context) => putBack(context),
  };
}

/**
 * The plan was made from a look a moment ago. A balancer that can't compare would only be asked once more, and what a
 * rollback writes is right whatever stands there: so nothing comes before it.
 */
async function goBack({ platform, token, work }: Context, weights: Weights): Promise<Passed> {
  const { mark } = await platform.traffic.shift(weights, { expected: undefined, token, signal: work.signal });
  await platform.deadMansSwitch?.disarm(token);
  return { because: describeWeights(weights), evidence: { mark, weights } };
}

/**
 * The weights from before the run, by one call; a no-op when they are there already and looking is no further call
 * to a balancer that is far away.
 */
export async function putBack(context: Context): Promise<{ weights: Weights | null; milliseconds: number }> {
  const { plan, platform, clock, token } = context;
  const began = clock.monotonic();
  const back = plan.weightsBefore;
  if (back === null) {
    await platform.traffic.close(routedServicesOf(plan), { expected: undefined, token });
  } else {
    // A fired switch holds a higher token than this run; where it has put the weights back there is nothing to write.
    if (!(platform.abilities.compareAndSet && (await isThere(context, back))))
      await platform.traffic.shift(back, { expected: undefined, token });
  }
  const milliseconds = clock.monotonic() - began;
  await disarmQuietly(context);
  return { weights: back, milliseconds };
}

async function isThere({ platform }: Context, weights: Weights): Promise<boolean> {
  const reading = await platform.traffic.read();
  return reading.weights !== undefined && sameWeights(reading.weights, weights);
}

async function disarmQuietly({ platform, token }: Context): Promise<void> {
  try {
    await platform.deadMansSwitch?.disarm(token);
  } catch (error) {
    if (!(error instanceof FencedError) && !(error instanceof PlatformError)) throw error;
    // It would only repeat what has just been done.
  }
}

export async function arm({ plan, platform, token }: Context): Promise<void> {
  if (plan.weightsBefore === null) return;
  await platform.deadMansSwitch?.arm({
    run: plan.run,
    returnTo: plan.weightsBefore,
    token,
    deadlineMilliseconds: plan.rules.deadMansSwitch,
  });
}

/** A balancer may send requests to a slot in which nothing is healthy, so such a slot never gets weight. */
async function refuseWithoutTargets({ plan, platform, signal }: Context, weights: Weights): Promise<void> {
  if (weights[plan.to] === 0) return;
  const { replicas } = await platform.slots.state(plan.to, signal);
  for (const service of routedServicesOf(plan)) {
    if (replicas.some((replica) => replica.service === service && replica.healthy)) continue;
    throw new PlatformError(`${plan.to} has no healthy replica of ${service}, so it gets no traffic`);
  }
}
