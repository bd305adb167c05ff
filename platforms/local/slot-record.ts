import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colour } from '../../contract/colour.js';
import { slotInputSchema, type SlotInput } from '../../contract/slot-input.js';
import { readJsonFile, writeJsonFile } from './atomic-file.js';
import { slotFolder } from './host/processes/service-spec.js';

export async function writeSlotRecord(directory: string, colour: Colour, input: SlotInput): Promise<void> {
  await writeJsonFile(slotFile(directory, colour), input);
}

/** What the slot's last completed up put there; undefined when none did. */
export function readSlotRecord(directory: string, colour: Colour): Promise<SlotInput | undefined> {
  return readJsonFile(slotFile(directory, colour), slotInputSchema);
}

export async function removeSlotRecord(directory: string, colour: Colour): Promise<void> {
  await rm(slotFile(directory, colour), { force: true });
}

function slotFile(directory: string, colour: Colour): string {
  return join(slotFolder(directory, colour), 'slot.json');
}
