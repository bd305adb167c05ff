import type { Colour } from '../contract/colour.js';
import { describeDuration } from '../contract/duration.js';
import type { Context } from './step.js';

const lookEvery = 250;
/** Where counts come late, looking more often tells nothing more. */
const lookEveryLate = 10_000;

/**
 * Waits until no request of users is in flight in any of these slots, for `within` milliseconds and as long as the
 * platform counts requests late. Resolves to how many still were at the end, 0 when it is quiet.
 */
export async function untilQuiet(
  { platform, clock, signal, work }: Context,
  slots: readonly Colour[],
  within: number,
): Promise<number> {
  const began = clock.monotonic();
  let said = false;
  for (;;) {
    const counts = await Promise.all(slots.map((colour) => platform.slots.quiet(colour)));
    const inFlight = counts.reduce((sum, count) => sum + count.inFlight, 0);
    const late = Math.max(...counts.map(({ lateMilliseconds = 0 }) => lateMilliseconds));
    if (inFlight === 0 || clock.monotonic() - began >= within + late) return inFlight;
    if (late > 0 && !said) {
      const atMost = describeDuration(within + late);
      work.say(
        `${slots.join(' and ')}: ${inFlight} requests of late, which are counted late: waiting, ${atMost} at most`,
      );
      said = true;
    }
    await clock.sleep(late > 0 ? lookEveryLate : lookEvery, signal);
  }
}
