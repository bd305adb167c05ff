import { colours } from '../../contract/colour.js';
import { readSlotRecord } from './slot-record.js';

/**
 * Backups from before the runs that put there what stands in the slots: going back from a slot with the database needs
 * its own. A run that is not finished protects its backup itself, and while there is one none other begins.
 */
export async function backupsOfSlots(directory: string): Promise<string[]> {
  const inputs = await Promise.all(colours.map((colour) => readSlotRecord(directory, colour)));
  return inputs.flatMap((input) => (input === undefined ? [] : [`before-${input.run}`]));
}
