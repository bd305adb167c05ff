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
export function environmentStack(options: EnvironmentOptions): Unresolved<EnvironmentOutputs> {
  const { configuration } = options;
  switch (configuration.platform) {
    case 'local':
      return localEnvironment({ ...options, configuration });
    case 'aws':
      throw new Error('platform aws: see stacks/aws-environment');
  }
}
