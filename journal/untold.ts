import { outboxNames, readOutbox } from './outbox.js';
import type { Letter } from './outbox-state.js';
import type { Store } from './store.js';

/** Milliseconds on the wall clock: what is older is history. */
const looksBack = 7 * 86_400_000;
const outboxesLookedAt = 6;
/** A message that was just queued is on its way. */
const usuallyWithin = 60_000;

/** Messages of the last days that nobody has got: still tried, or given up. Oldest first. Throws StoreError. */
export async function untoldLetters(store: Store, environment: string, now: Date): Promise<readonly Letter[]> {
  const names = await outboxNames(store, environment, new Date(now.getTime() - looksBack));
  const readings = await Promise.all(
    names.slice(0, outboxesLookedAt).map((name) => readOutbox(store, environment, name)),
  );
  return readings
    .flatMap(({ letters }) => letters.filter((letter) => isUntold(letter, now)))
    .sort((one, other) => Date.parse(one.queuedAt) - Date.parse(other.queuedAt));
}

function isUntold({ status, attempts, takenUntil, queuedAt }: Letter, now: Date): boolean {
  if (status === 'given-up') return true;
  if (status !== 'waiting') return false;
  const underWay = takenUntil !== undefined && Date.parse(takenUntil) > now.getTime();
  return (attempts > 0 && !underWay) || now.getTime() - Date.parse(queuedAt) > usuallyWithin;
}
