import { FencedError, PlatformError } from '../contract/errors.js';
import { Turn } from './endings.js';
import { arm } from './steps/shift.js';
import type { Context } from './step.js';

/** While the step runs, moves the dead-man's deadline ahead of it; ends the step when the switch has fired all the same. */
export async function withHeartbeat<Result>(
  context: Context,
  fired: AbortController,
  step: () => Promise<Result>,
): Promise<Result> {
  if (!context.platform.deadMansSwitch) return step();
  const stop = new AbortController();
  const beating = beat(context, stop.signal, fired);
  try {
    return await step();
  } finally {
    stop.abort();
    // An arming that is under way must be over before a next step may disarm.
    await beating;
  }
}

async function beat(context: Context, stop: AbortSignal, fired: AbortController): Promise<void> {
  const { clock, plan } = context;
  for (;;) {
    try {
      await clock.sleep(plan.rules.deadMansSwitch / 4, stop);
    } catch {
      return;
    }
    try {
      await arm(context);
    } catch (error) {
      if (error instanceof PlatformError) continue;
      const turn = new Turn("the dead-man's switch fired", "dead-man's switch", 'fired');
      fired.abort(error instanceof FencedError ? turn : error);
      return;
    }
  }
}
