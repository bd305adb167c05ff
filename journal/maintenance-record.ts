import { StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { maintenanceLineSchema, type MaintenanceLine } from '../contract/maintenance.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

const triesAtAppending = 20;

/** Throws StoreError. */
export async function recordMaintenance(store: Store, environment: string, line: MaintenanceLine): Promise<void> {
  const stream = streamOf(environment);
  for (let tries = 0; tries < triesAtAppending; tries += 1) {
    const sequence = ((await store.last(stream)) ?? -1) + 1;
    if ((await store.append(stream, sequence, canonicalJson(line))) === 'appended') return;
  }
  throw new StoreError(`${stream} can't be written: somebody else always is first`, { retryable: true });
}

/** Oldest first. */
export async function readMaintenanceRecord(store: Store, environment: string): Promise<readonly MaintenanceLine[]> {
  const stream = streamOf(environment);
  const { records } = await store.read(stream);
  return records.map(({ sequence, text }) =>
    parseRecord(maintenanceLineSchema, text, `${stream}, line ${sequence} in ${store.place}`),
  );
}

function streamOf(environment: string): string {
  return `maintenance/${environment}`;
}
