import type { FlagsConfiguration } from '../../contract/flags-configuration.js';
import type { Flags } from '../../pipeline/flags.js';
import { genericFlags } from './generic.js';
import { unleash } from './unleash.js';

/** The secret is found when a flag is looked at: a run without flags needs none. */
export function openFlags(configuration: FlagsConfiguration, secret: (place: string) => Promise<string>): Flags {
  const opened = async (): Promise<Flags> => {
    if (configuration.kind === 'unleash') return unleash(configuration, await secret(configuration.token));
    const { token } = configuration;
    return genericFlags(configuration, token === undefined ? undefined : await secret(token));
  };
  return {
    weights: async (flag, signal) => (await opened()).weights(flag, signal),
    shift: async (flag, percent, signal) => (await opened()).shift(flag, percent, signal),
  };
}
