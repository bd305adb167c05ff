import { PlatformError } from '../../../contract/errors.js';
import type { DumpPlace } from './dump-place.js';
import { describeMegabytes, spareBytes } from './refuse-full-server.js';

const everyMilliseconds = 100;

/**
 * Ends what fills the server's disk while there is still room for the database that works: a server that can't write its
 * write-ahead log stops for everybody. `act` gets a signal for it. Throws PlatformError then, what `act` throws,
 * and the signal's reason when aborted.
 */
export async function watchDisk(
  { freeBytes }: Pick<DumpPlace, 'freeBytes'>,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (freeBytes === undefined) return act(signal);
  const full = new AbortController();
  const look = async (): Promise<void> => {
    const free = await freeBytes().catch(() => undefined);
    if (free === undefined || free >= spareBytes) return;
    full.abort(
      new PlatformError(
        `stopped, because the server's disk had only ${describeMegabytes(free)} left: the database in use needs them`,
        { hint: "make room on the server's disk; what was restored so far is dropped" },
      ),
    );
  };
  const timer = setInterval(() => void look(), everyMilliseconds);
  try {
    await act(AbortSignal.any([signal, full.signal]));
  } catch (error) {
    signal.throwIfAborted();
    // It may have been full before it was seen.
    await look();
    full.signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
  }
}
