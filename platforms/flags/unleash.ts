import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import type { Flags } from '../../pipeline/flags.js';
import { exchange, exchangeJson } from './exchange.js';

const strategySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  disabled: z.boolean().nullish(),
});
const environmentSchema = z.looseObject({ enabled: z.boolean(), strategies: z.array(strategySchema).default([]) });

export interface UnleashPlace {
  readonly url: string;
  readonly project: string;
  readonly environment: string;
}

/**
 * Unleash's admin API (https://docs.getunleash.io/reference/api/unleash): the share is `rollout` of the flag's one
 * gradual rollout, strategy `flexibleRollout`; 0 switches the flag off in that environment. With more strategies than
 * that one, nobody can say for how many users the flag is on, so it is left alone.
 */
export function unleash({ url, project, environment }: UnleashPlace, token: string): Flags {
  const headers = { authorization: token };
  const at = (flag: string): string =>
    `${url.replace(/\/+$/, '')}/api/admin/projects/${encodeURIComponent(project)}/features/${encodeURIComponent(flag)}/environments/${encodeURIComponent(environment)}`;

  async function read(flag: string, signal: AbortSignal) {
    const what = `flag ${flag} in ${environment}`;
    const found = await exchangeJson(environmentSchema, { method: 'GET', url: at(flag), headers, what }, signal);
    const active = found.strategies.filter(({ disabled }) => disabled !== true);
    const [rollout, ...others] = active;
    if (rollout?.name !== 'flexibleRollout' || others.length > 0) {
      throw new PlatformError(`${what}: expected one gradual rollout, found ${active.length} strategies`, {
        hint: 'a flag that is ramped has one strategy of the kind gradual rollout',
      });
    }
    const percent = Number(rollout.parameters['rollout']);
    if (!(percent >= 0 && percent <= 100)) throw new PlatformError(`${what}: its rollout is no percent`);
    return { rollout, percent: found.enabled ? percent : 0, enabled: found.enabled, what };
  }

  return {
    weights: async (flag, signal) => (await read(flag, signal)).percent,
    async shift(flag, percent, signal) {
      if (percent === 0) {
        const what = `flag ${flag} in ${environment}`;
        // Also where its strategies can't be understood: off is off.
        await exchange({ method: 'POST', url: `${at(flag)}/off`, headers, what }, signal);
        return;
      }
      const { rollout, enabled, what } = await read(flag, signal);
      const parameters = { ...rollout.parameters, rollout: String(percent) };
      const body = { ...rollout, parameters };
      await exchange({ method: 'PUT', url: `${at(flag)}/strategies/${rollout.id}`, headers, body, what }, signal);
      if (!enabled) await exchange({ method: 'POST', url: `${at(flag)}/on`, headers, what }, signal);
      const after = (await read(flag, signal)).percent;
      if (after !== percent)
        throw new PlatformError(`${what}: it is on for ${after} % after ${percent} % were written`);
    },
  };
}
