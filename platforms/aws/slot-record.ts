import { z } from 'zod';
import type { Colour } from '../../contract/colour.js';
import { canonicalJson } from '../../contract/json.js';
import { slotStackName } from '../../contract/names.js';
import { parse } from '../../contract/parse.js';
import { slotInputSchema, type SlotInput } from '../../contract/slot-input.js';
import type { Keeper } from './keeper.js';

const recordSchema = z.strictObject({ format: z.literal(1), input: slotInputSchema });

function keyOf(environment: string, colour: Colour): string {
  return `slots/${slotStackName(environment, colour)}.json`;
}

/** What the last run put into a slot: ECS says which images run, not which release and settings they belong to. */
export async function readSlotRecord(
  keeper: Keeper,
  environment: string,
  colour: Colour,
): Promise<SlotInput | undefined> {
  const key = keyOf(environment, colour);
  const text = await keeper.get(key);
  return text === undefined ? undefined : parse(recordSchema, JSON.parse(text), key).input;
}

export async function writeSlotRecord(
  keeper: Keeper,
  environment: string,
  colour: Colour,
  input: SlotInput,
): Promise<void> {
  await keeper.put(keyOf(environment, colour), canonicalJson({ format: 1, input }));
}
