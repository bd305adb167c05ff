import type { Colour } from '../contract/colour.js';
import type { EnvironmentOutputs, SlotOutputs } from '../contract/outputs.js';
import type { Services } from '../contract/service.js';
import type { SlotInput } from '../contract/slot-input.js';
import { localSlot } from './local-slot.js';
import type { Unresolved } from './unresolved.js';

export interface SlotOptions {
  readonly environment: EnvironmentOutputs;
  readonly colour: Colour;
  readonly input: SlotInput;
  /** Definitions of the services that the release carries. */
  readonly services: Services;
}

/** What is disposable: the processes of one release. */
export async function slotStack(options: SlotOptions): Promise<Unresolved<SlotOutputs>> {
  const { environment } = options;
  switch (environment.platform) {
    case 'local':
      return localSlot({ ...options, environment });
    case 'aws': {
      const { awsSlot } = await import('./aws-slot.js');
      return awsSlot({ ...options, environment });
    }
  }
}
