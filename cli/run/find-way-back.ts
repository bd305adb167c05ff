import { otherColour, type Colour } from '../../contract/colour.js';
import { wholeColour } from '../../contract/weights.js';
import { readHistoryUntil } from '../../journal/history.js';
import { liveRecord } from '../../journal/live-record.js';
import type { Store } from '../../journal/store.js';
import { chooseWayBack, type WayBack, type Witnesses } from '../../pipeline/choose-way-back.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Quarantine } from '../../pipeline/ports/quarantine.js';
import type { World } from './gather-facts.js';
import { ifAnswered } from './if-answered.js';
import { unprovenBecause } from './unproven-because.js';

interface Place {
  readonly store: Store;
  readonly quarantine: Quarantine;
  readonly environment: string;
  readonly platform: Pick<Platform, 'deadMansSwitch'>;
}

/** Asks the balancer and as much of the store as can be read. Throws RefusedError where nothing tells where to go. */
export async function findWayBack(place: Place, { reading, slots }: World, asked?: Colour): Promise<WayBack> {
  const { environment } = place;
  const live = reading.weights && wholeColour(reading.weights);
  const unproven = async (colour: Colour): Promise<string | undefined> =>
    colour === live ? undefined : unprovenBecause(place, slots[colour]);
  const [blue, green] = await Promise.all([unproven('blue'), unproven('green')]);
  const beyond = live === undefined && asked === undefined ? await askFurther(place) : nothingMore;
  return chooseWayBack({ environment, reading, slots, unproven: { blue, green }, asked, ...beyond });
}

type Further = Pick<Witnesses, 'armed' | 'recorded'>;
const nothingMore: Further = { armed: undefined, recorded: undefined };

/** Only split traffic needs it. */
async function askFurther({ store, environment, platform }: Place): Promise<Further> {
  const [dead, history] = await Promise.all([
    ifAnswered(async () => platform.deadMansSwitch?.read()),
    ifAnswered(() => readHistoryUntil(store, environment, undefined, (states) => liveRecord(states) !== undefined)),
  ]);
  const states = (history ?? []).flatMap(({ state }) => (state ? [state] : []));
  return { armed: dead?.armed, recorded: liveRecord(states) };
}

/** Whichever slot of these is not the live one; for a version that stands. */
export function besideWithVersion({ reading, slots }: World, version: string): Colour | undefined {
  const live = reading.weights && wholeColour(reading.weights);
  const among: readonly Colour[] = live === undefined ? ['blue', 'green'] : [otherColour(live)];
  return among.find((colour) => slots[colour].standing && slots[colour].input?.release.version === version);
}
