import type { EnvironmentConfiguration } from '../contract/configuration.js';
import { ConfigurationError } from '../contract/errors.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import type { Platform } from '../pipeline/ports.js';
import type { Engine } from './pulumi/engine.js';

export interface Surroundings {
  readonly engine: Pick<Engine, 'up' | 'destroy'>;
  readonly configuration: EnvironmentConfiguration;
}

/** The ports of the environment's platform. Only its own modules are loaded. */
export async function openPlatform(outputs: EnvironmentOutputs, { engine }: Surroundings): Promise<Platform> {
  switch (outputs.platform) {
    case 'local': {
      const { openLocal } = await import('./local/open.js');
      return openLocal(outputs, { engine });
    }
    case 'aws':
      throw new ConfigurationError('runs on aws are not possible yet: its ports are not there', {
        hint: 'the Pulumi programs are; the README says what is missing',
      });
  }
}
