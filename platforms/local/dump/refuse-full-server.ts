import { z } from 'zod';
import { PlatformError } from '../../../contract/errors.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { openSession } from '../../postgres/session.js';
import type { DumpPlace } from './dump-place.js';

/** Indexes are built anew, and the write-ahead log grows beside. */
const timesItsSize = 2;
/** Two segments of write-ahead log: a server that can't begin another stops for everybody. */
export const spareBytes = 2 * 16 * 1_048_576;

/**
 * A disk that runs full under a restore beside takes the database that works with it: its size is looked at before.
 * Throws PlatformError; says nothing where the disk can't be seen from here.
 */
export async function refuseFullServer({ freeBytes }: DumpPlace, address: PostgresAddress): Promise<void> {
  const free = await freeBytes?.();
  if (free === undefined) return;
  const session = await openSession(address, { applicationName: 'crossfade size', readOnly: true });
  try {
    const [row] = await session.rows(
      z.object({ bytes: z.coerce.number() }),
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    const needed = (row?.bytes ?? 0) * timesItsSize + spareBytes;
    if (free >= needed) return;
    throw new PlatformError(
      `a copy of ${address.database} beside it needs about ${describeMegabytes(needed)}, and the server's disk has ${describeMegabytes(free)} free`,
      { hint: "make room on the server's disk: nothing was copied" },
    );
  } finally {
    await session.close();
  }
}

export function describeMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
