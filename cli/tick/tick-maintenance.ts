import { readMaintenanceRecord, recordMaintenance } from '../../journal/maintenance-record.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { OpenEnvironment } from '../open-environment.js';
import { nothing, type Told } from './told.js';

/** Ends a maintenance page whose time is over, where the platform has not, and puts its end on record. */
export async function tickMaintenance(
  { store, name, clock, by }: Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'by'>,
  { maintenance }: Pick<Platform, 'maintenance'>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Told> {
  if (maintenance === undefined) return nothing;
  const last = (await readMaintenanceRecord(store, name)).at(-1);
  if (last?.action !== 'on' || last.until === undefined) return nothing;
  if (Date.parse(last.until) > clock.now().getTime()) return nothing;
  const state = await maintenance.read();
  // A page that somebody has switched on since, past this record, is theirs.
  if (state !== undefined && state.owner !== last.by) return nothing;
  const did = state === undefined ? 'put the end of the maintenance page on record' : 'ended the maintenance page';
  if (dryRun) return { did: [`would have ${did}`], waits: [] };
  if (state !== undefined) await maintenance.off();
  const because = `its time was over at ${last.until}`;
  await recordMaintenance(store, name, { format: 1, action: 'off', by, because, at: clock.now().toISOString() });
  return { did: [did], waits: [] };
}
