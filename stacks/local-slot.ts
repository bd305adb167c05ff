import * as pulumi from '@pulumi/pulumi';
import { LocalSlot } from '../components/local/slot.js';
import type { Colour } from '../contract/colour.js';
import { ConfigurationError } from '../contract/errors.js';
import { slotStackName } from '../contract/names.js';
import type { LocalOutputs, SlotOutputs } from '../contract/outputs.js';
import type { Service, Services } from '../contract/service.js';
import type { SlotInput } from '../contract/slot-input.js';
import type { Unresolved } from './unresolved.js';

export function localSlot(options: {
  readonly environment: LocalOutputs;
  readonly colour: Colour;
  readonly input: SlotInput;
  readonly services: Services;
}): Unresolved<SlotOutputs> {
  const { environment, colour, input, services } = options;
  const name = slotStackName(environment.environment, colour);
  const slot = new LocalSlot(name, { environment, colour, input, services: withCommands(services) });
  // What the stack says stands there must wait until it does: else a failed up would leave the next release's name.
  const standing = pulumi.all([slot.record.id, ...Object.values(slot.services).map(({ id }) => id)]);
  return {
    format: 1,
    platform: 'local',
    environment: environment.environment,
    colour,
    input: standing.apply(() => input),
    services: standing.apply(() => services),
    handles: pulumi.all(Object.fromEntries(Object.entries(slot.services).map(([service, { id }]) => [service, id]))),
  };
}

function withCommands(services: Services): Record<string, Service & { readonly command: readonly string[] }> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => {
      const { command } = service;
      if (command === undefined) throw new ConfigurationError(`service ${name} has no command`);
      return [name, { ...service, command }];
    }),
  );
}
