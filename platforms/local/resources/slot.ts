import { z } from 'zod';
import { colourSchema } from '../../../contract/colour.js';
import { RefusedError } from '../../../contract/errors.js';
import { canonicalJson } from '../../../contract/json.js';
import { parse } from '../../../contract/parse.js';
import { slotInputSchema } from '../../../contract/slot-input.js';
import { readSlotRecord, removeSlotRecord, writeSlotRecord } from '../slot-record.js';
import { standingBecause } from '../standing-because.js';
import type { LocalResource } from '../../../contract/local-resource.js';

const slotResourceSchema = z.object({
  directory: z.string().min(1),
  adminSocket: z.string().min(1),
  colour: colourSchema,
  input: slotInputSchema,
});

type SlotResource = z.infer<typeof slotResourceSchema>;

/**
 * The slot as a whole: written after all of its services stand, and the first to go, so that a refusal to destroy it
 * comes before anything was touched.
 */
export const slotResource: LocalResource = {
  async create(inputs) {
    const resource = parsed(inputs);
    await writeSlotRecord(resource.directory, resource.colour, resource.input);
    return { id: resource.colour, outs: resource };
  },
  read(id, properties) {
    return Promise.resolve({ id, props: properties });
  },
  async diff(_id, _olds, news) {
    const { directory, colour, input } = parsed(news);
    const standing = await readSlotRecord(directory, colour);
    return { changes: canonicalJson(standing) !== canonicalJson(input) };
  },
  async update(_id, _olds, news) {
    const resource = parsed(news);
    await writeSlotRecord(resource.directory, resource.colour, resource.input);
    return { outs: resource };
  },
  async delete(_id, properties) {
    const resource = parsed(properties);
    const because = await standingBecause(resource);
    if (because !== undefined) throw new RefusedError(because, { hint: 'nothing was touched' });
    await removeSlotRecord(resource.directory, resource.colour);
  },
};

function parsed(properties: unknown): SlotResource {
  return parse(slotResourceSchema, properties, 'slot resource');
}
