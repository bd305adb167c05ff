import { ConfigurationError } from '../../contract/errors.js';
import type { Asked } from '../../pipeline/questions.js';
import type { CheckOf } from '../adapter.js';
import type { Surroundings } from '../surroundings.js';
import { authoritiesOf } from './authorities-of.js';
import { fetchGuarded, type Fetched } from './fetch-guarded.js';

/** Asks a path at the slot, through the route that users don't get, and a whole address as it is. */
export async function askOnce(
  check: CheckOf<'http'>,
  { plan, platform, colour }: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Fetched> {
  const { method, url, body } = check;
  const headers = { ...withVariables(check.headers, around), ...crossOrigin(check) };
  if (url.startsWith('/')) {
    const service = serviceFor(url, plan);
    const request = { service, method, path: url, headers, ...(body === undefined ? {} : { body }) };
    return { ...(await platform.slots.probe(colour, request, signal)), cut: false };
  }
  const authorities = await authoritiesOf(plan, around);
  return fetchGuarded({ url, method, headers, body, authorities, signal });
}

/** `${NAME}` in a header is a variable of this process: a secret never stands in the document. */
function withVariables(headers: Readonly<Record<string, string>>, { variables }: Surroundings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      value.replaceAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g, (_all, variable: string) => {
        const found = variables[variable];
        if (found === undefined) throw new ConfigurationError(`header ${name}: there is no variable ${variable}`);
        return found;
      }),
    ]),
  );
}

function crossOrigin({ origin, method }: CheckOf<'http'>): Record<string, string> {
  if (origin === undefined) return {};
  return { origin, ...(method === 'OPTIONS' ? { 'access-control-request-method': 'GET' } : {}) };
}

/** The routed service whose path is the longest that the request begins with, as the balancer chooses it. */
function serviceFor(path: string, { outputs }: Asked['plan']): string {
  const routed = Object.entries(outputs.services).flatMap(([name, service]) => {
    return service.kind === 'routed' && path.startsWith(service.path) ? [{ name, length: service.path.length }] : [];
  });
  const [longest] = routed.sort((one, other) => other.length - one.length);
  if (longest) return longest.name;
  throw new ConfigurationError(`no service of this environment has a route for ${path}`);
}
