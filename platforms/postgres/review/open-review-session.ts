import type { PostgresAddress } from '../address.js';
import { openSession, type Session } from '../session.js';

/** Reads only, and gives up soon: a review is asked while people wait. Throws as `openSession` does. */
export function openReviewSession(address: PostgresAddress): Promise<Session> {
  return openSession(address, {
    applicationName: 'crossfade review',
    connectWithinMilliseconds: 5_000,
    statementTimeoutMilliseconds: 10_000,
    readOnly: true,
  });
}
