import * as pulumi from '@pulumi/pulumi';
import { ConfigurationError } from '../contract/errors.js';

const namespace = 'crossfade';

/**
 * The one value that a stack's configuration may hold, undefined when it doesn't. Throws ConfigurationError for every
 * other key of ours: a misspelt one would otherwise say nothing.
 */
export function readConfiguration(key: 'environment' | 'run', stack: string): unknown {
  // Where a stack has no configuration at all, the engine says null, on which the SDK trips.
  if (process.env['PULUMI_CONFIG'] === 'null') pulumi.runtime.setAllConfig({});
  const others = Object.keys(pulumi.runtime.allConfig())
    .filter((name) => name.startsWith(`${namespace}:`) && name !== `${namespace}:${key}`)
    .map((name) => `'${name}'`);
  if (others.length > 0) {
    throw new ConfigurationError(
      `Pulumi.${stack}.yaml: expected no key ${others.join(', ')}, found it. ` +
        `Only '${namespace}:${key}' belongs to the stack of ${key === 'run' ? 'a slot' : 'an environment'}`,
      { hint: `releases and settings come in by 'crossfade deploy'` },
    );
  }
  return new pulumi.Config(namespace).getObject(key);
}
