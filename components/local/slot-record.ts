import * as pulumi from '@pulumi/pulumi';
import type { Colour } from '../../contract/colour.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { shim } from './shim.js';

export interface LocalSlotRecordArgs {
  readonly directory: string;
  readonly adminSocket: string;
  readonly colour: Colour;
  readonly input: SlotInput;
}

/** Depends on all services of the slot: written when they stand, and asked first whether the slot may go. */
export class LocalSlotRecord extends pulumi.dynamic.Resource {
  constructor(name: string, args: LocalSlotRecordArgs, opts?: pulumi.CustomResourceOptions) {
    super(shim('slot'), name, { ...args }, opts, 'local', 'Slot');
  }
}
