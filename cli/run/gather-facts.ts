import type { Colour } from '../../contract/colour.js';
import { settingsOf, type Settings } from '../../contract/settings.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import type { Reading } from '../../pipeline/ports/traffic.js';
import type { OpenEnvironment } from '../open-environment.js';

export interface World {
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
}

/** The balancer's weights and what both slots run, as they are now. */
export async function readWorld(platform: Platform): Promise<World> {
  const [reading, blue, green] = await Promise.all([
    platform.traffic.read(),
    platform.slots.state('blue'),
    platform.slots.state('green'),
  ]);
  return { reading, slots: { blue, green } };
}

/** As its stack file names them: a secret's version may be said only when it is used. */
export function settingsAsNamed({ configuration }: Pick<OpenEnvironment, 'configuration'>): Settings {
  return settingsOf({ values: configuration.settings, secrets: configuration.secrets });
}

/** As they are now: each secret by the version that a run of this moment would use. */
export async function settingsOfEnvironment(
  { configuration }: Pick<OpenEnvironment, 'configuration'>,
  { secrets }: Pick<Platform, 'secrets'>,
): Promise<Settings> {
  const named = configuration.secrets;
  return settingsOf({ values: configuration.settings, secrets: (await secrets?.pin?.(named)) ?? named });
}

/** What every plan of this environment is computed from, beside the release. */
export async function gatherFacts(
  environment: OpenEnvironment,
  platform: Platform,
  outputs: EnvironmentOutputs,
  request: { readonly run: string; readonly because: string },
) {
  return {
    ...request,
    ...(await readWorld(platform)),
    triesBackups: platform.abilities.triesBackups,
    scales: platform.abilities.scales,
    environment: environment.name,
    outputs,
    rules: environment.configuration.rules,
    affinity: environment.configuration.affinity,
    requestedBy: environment.by,
    now: environment.clock.now(),
  };
}
