import { neededBySlots } from '../../contract/needed-by-slots.js';
import type { NeededBackup } from '../../contract/retention.js';
import { readSlotRecord } from './slot-record.js';

/** Backups that standing slots need, by the records of this machine. */
export async function backupsOfSlots(directory: string): Promise<NeededBackup[]> {
  const [blue, green] = await Promise.all([readSlotRecord(directory, 'blue'), readSlotRecord(directory, 'green')]);
  return neededBySlots({ blue, green });
}
