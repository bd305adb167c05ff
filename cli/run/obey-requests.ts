import { OperatorError } from '../../contract/errors.js';
import { answerRequest, requestFor, takeRequest, type OpenRequest } from '../../journal/requests.js';
import type { Store } from '../../journal/store.js';
import { Turn } from '../../pipeline/endings.js';
import type { Clock } from '../../pipeline/ports/clock.js';

export interface Obeying {
  readonly environment: string;
  readonly run: string;
  readonly by: string;
  readonly clock: Clock;
  /** Aborted with a Turn when somebody asks this run to go back. */
  readonly turning: AbortController;
}

/** Rollback and abort are promised to be obeyed within two seconds. */
const lookEvery = 500;

/**
 * Looks for requests to this run until `over`, turns the run, and answers with how it ended.
 * A store that can't be read or written is tried again; whoever asked takes the lease then.
 */
export async function obeyRequests(store: Store, obeying: Obeying, over: AbortSignal): Promise<void> {
  const { clock, turning } = obeying;
  while (!over.aborted && !turning.signal.aborted) {
    const request = await openRequest(store, obeying);
    if (request) turning.abort(new Turn(`${request.action} asked for: ${request.because}`, request.by, request.action));
    else await clock.sleep(lookEvery, over).catch(() => undefined);
  }
}

/** Tells whoever asked how the run has ended. */
export async function answerRequests(store: Store, obeying: Obeying, says: string): Promise<void> {
  await quietly(async () => {
    const request = await requestFor(store, obeying.environment, obeying.run);
    if (request) await answerRequest(store, obeying.environment, request, says, obeying.clock.now());
  });
}

async function openRequest(store: Store, { environment, run, by, clock }: Obeying): Promise<OpenRequest | undefined> {
  let found: OpenRequest | undefined;
  await quietly(async () => {
    found = await requestFor(store, environment, run);
    if (found && !found.taken) await takeRequest(store, environment, found, by, clock.now());
  });
  return found;
}

async function quietly(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
  }
}
