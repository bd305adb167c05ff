import { LeaseHeldError } from '../contract/errors.js';
import { leaseSchema, type Lease } from '../contract/lease.js';
import type { Head } from './chain.js';
import { parseRecord } from './parse-record.js';
import type { Holder } from './process-identity.js';
import type { Store } from './store.js';

export interface LeaseVersion {
  readonly version: number;
  readonly lease: Lease;
}

export function leaseStream(environment: string): string {
  return `leases/${environment}`;
}

/** The newest version; undefined before the first run. */
export async function readLease(store: Store, environment: string): Promise<LeaseVersion | undefined> {
  const stream = leaseStream(environment);
  for (;;) {
    const last = await store.last(stream);
    if (last === undefined) return undefined;
    const { records, torn } = await store.read(stream, last);
    const newest = records.at(-1);
    if (newest) return { version: newest.sequence, lease: parseLease(newest.text, environment, newest.sequence) };
    // Neither cut off nor there: it was superseded and removed in between.
    if (torn !== undefined) await store.mend(stream);
  }
}

/** The furthest head of each run's journal that any version of the lease has seen: one look for all runs. */
export async function anchorsOf(store: Store, environment: string): Promise<ReadonlyMap<string, Head>> {
  const { records } = await store.read(leaseStream(environment));
  const anchors = new Map<string, Head>();
  for (const { sequence, text } of records) {
    const { head } = parseLease(text, environment, sequence);
    if (head && head.sequence >= (anchors.get(head.run)?.sequence ?? 0)) anchors.set(head.run, head);
  }
  return anchors;
}

export async function anchorOf(store: Store, environment: string, run: string): Promise<Head | undefined> {
  return (await anchorsOf(store, environment)).get(run);
}

export function describeHolder(holder: Holder): string {
  return `run ${holder.run} of ${holder.by} on ${holder.host} (process ${holder.process}) since ${holder.since}`;
}

export function leaseHeld(environment: string, holder: Holder): LeaseHeldError {
  return new LeaseHeldError(`${environment} is held by ${describeHolder(holder)}`, {
    hint: `wait for it, or go back with 'crossfade rollback ${environment}' or 'crossfade abort ${environment}': both take over`,
  });
}

function parseLease(text: string, environment: string, version: number): Lease {
  return parseRecord(leaseSchema, text, `lease of ${environment}, version ${version}`);
}
