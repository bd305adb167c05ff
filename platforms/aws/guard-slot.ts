import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError, RefusedError } from '../../contract/errors.js';
import { guardedSlotSchema } from '../../contract/guarded-slot.js';
import { parse } from '../../contract/parse.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { accountOf } from './account.js';
import { caller } from './caller.js';
import { sdkAlb } from './sdk-alb.js';
import { sdkEcs } from './sdk-ecs.js';
import { sdkMetrics } from './sdk-metrics.js';
import { stillNeededBecause } from './still-needed.js';

/** What the guard of a slot loads by name when the engine is about to delete it. Throws while users need the slot. */
export async function guardSlot(properties: unknown): Promise<void> {
  try {
    await refuseNeeded(properties);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    // What people see of it is the message only.
    const said = new Error(error.hint === undefined ? error.message : `${error.message} (${error.hint})`);
    said.stack = '';
    throw said;
  }
}

async function refuseNeeded(properties: unknown): Promise<void> {
  const slot = parse(guardedSlotSchema, properties, "the slot's guard");
  const { environment, colour, region, endpoint } = slot;
  const place = { region, endpoint };
  // AWS knows another account's rules as little as rules that are gone.
  await accountOf(() => caller(place), slot, clock).require();
  const alb = sdkAlb(place, sdkMetrics(place), slot.metricDimension);
  const because = await stillNeededBecause(slot, { alb, ecs: sdkEcs(place, slot.clusterArn), clock });
  if (because === undefined) return;
  throw new RefusedError(`slot ${colour} of ${environment} must keep standing: ${because}`, {
    hint:
      'nothing was touched; where the whole environment is to end, let users know first: ' +
      `crossfade maintenance on ${environment} --for 1h --because "it ends"`,
  });
}

const clock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (duration, signal) => wait(duration, undefined, signal ? { signal } : {}),
};
