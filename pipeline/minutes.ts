import type { EventBody } from '../contract/event.js';
import { failureOf } from './failure.js';
import { FencedError } from '../contract/errors.js';
import type { Session } from './session.js';

export interface Minutes {
  /** In order, one try each, and not waited for: for as long as users' traffic is not back. */
  readonly note: (body: EventBody) => void;
  /** The same, waited for, but never longer than a moment. */
  readonly write: (body: EventBody) => Promise<void>;
  /** Everything written, or given up. */
  readonly settled: () => Promise<void>;
}

const moment = 250;

/** The journal while traffic is put back, when a slow or full store must not stand in the way. What is lost is said aloud. */
export function minutesOf(session: Session): Minutes {
  let last: Promise<void> = Promise.resolve();
  const attempt = async (body: EventBody): Promise<void> => {
    try {
      await session.append(body);
    } catch (error) {
      if (error instanceof FencedError) throw error;
      session.say(`not in the journal: ${body.kind} (${failureOf(error).message})`);
    }
  };
  const note = (body: EventBody): void => {
    last = last.then(() => attempt(body));
    // Handled by whoever waits for it next; until then it must not be an unhandled rejection.
    last.catch(() => undefined);
  };
  return {
    note,
    async write(body) {
      note(body);
      const enough = new AbortController();
      const patience = session.clock.sleep(moment, enough.signal).catch(() => undefined);
      try {
        await Promise.race([last, patience]);
      } finally {
        enough.abort();
      }
    },
    settled: () => last,
  };
}
