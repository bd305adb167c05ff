import type { EnvironmentOutputs } from '../contract/outputs.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Platform } from '../pipeline/ports/platform.js';
import type { Proofs } from '../pipeline/ports/proofs.js';
import type { Engine } from './pulumi/engine.js';

export interface Surroundings {
  readonly engine: Pick<Engine, 'up' | 'destroy'>;
  readonly clock: Clock;
  /** The part of the store that a platform may keep records of its own in. */
  readonly keeper: {
    get(key: string): Promise<string | undefined>;
    put(key: string, text: string): Promise<void>;
  };
  /** The highest fencing token that was ever given out for the environment; 0 before the first. */
  readonly highestToken: () => Promise<number>;
  readonly proofs: Proofs;
  /** For people: what nobody has to do anything about. */
  readonly tell: (line: string) => void;
}

/** The ports of the environment's platform. Only its own modules are loaded. */
export async function openPlatform(outputs: EnvironmentOutputs, surroundings: Surroundings): Promise<Platform> {
  return { ...(await openOwn(outputs, surroundings)), proofs: surroundings.proofs };
}

async function openOwn(outputs: EnvironmentOutputs, surroundings: Surroundings): Promise<Platform> {
  switch (outputs.platform) {
    case 'local': {
      const { openLocal } = await import('./local/open.js');
      return openLocal(outputs, surroundings);
    }
    case 'aws': {
      const { openAws } = await import('./aws/open.js');
      return openAws(outputs, surroundings);
    }
  }
}
