import type { EnvironmentConfiguration } from '../contract/configuration.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import { localEnvironment } from './local-environment.js';
import type { Unresolved } from './unresolved.js';

export interface EnvironmentOptions {
  readonly environment: string;
  readonly configuration: EnvironmentConfiguration;
  /** Absolute: what relative paths of the configuration are relative to. */
  readonly root: string;
  /** What the environment's last up gave; undefined at the first. */
  readonly last: EnvironmentOutputs | undefined;
}

/** What is long-lived: balancer, routes, database. Throws ConfigurationError before the first resource. */
export async function environmentStack(options: EnvironmentOptions): Promise<Unresolved<EnvironmentOutputs>> {
  const { configuration } = options;
  switch (configuration.platform) {
    case 'local':
      return localEnvironment({ ...options, configuration });
    case 'aws': {
      // Only whoever is on AWS pays for loading its components.
      const { awsEnvironment } = await import('./aws-environment.js');
      return awsEnvironment({ ...options, configuration });
    }
  }
}
