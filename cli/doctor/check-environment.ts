import type { LocalConfiguration } from '../../contract/configuration.js';
import { PlatformError } from '../../contract/errors.js';
import { describeWeights } from '../../contract/weights.js';
import { describeHolder } from '../../journal/lease.js';
import { freePort } from '../../platforms/local/host/free-port.js';
import type { Facts } from '../status/status.js';
import { fine, wrong, type Check } from './check.js';

/** What a look at the environment says about its health. Pure. */
export function checkEnvironment(facts: Facts): Check[] {
  const { environment, known } = facts;
  if (!known) {
    return [{ name: 'environment', answer: 'unknown', because: 'it was never up', mend: bringUp(environment) }];
  }
  return [checkBalancer(facts), checkSlots(facts), checkLease(facts), checkJournals(facts)];
}

function checkBalancer({ reading, environment }: Facts): Check {
  if (!('value' in reading)) {
    if (reading.mendedByUp) return wrong('balancer', reading.problem, bringUp(environment));
    return wrong(
      'balancer',
      reading.problem,
      reading.hint ?? `pulumi up --stack ${environment} brings it back with its weights`,
    );
  }
  const { services, dark, weights } = reading.value;
  const open = Object.keys(services);
  const mixed = open.length > 0 && weights === undefined;
  if (mixed) return wrong('balancer', "the services' weights are mixed", `crossfade status ${environment}`);
  const words =
    open.length === 0 ? 'no route is open' : `${open.join(', ')}: ${weights ? describeWeights(weights) : ''}`;
  return fine('balancer', dark.length === 0 ? words : `${words}; dark: ${dark.join(', ')}`);
}

function checkSlots({ slots, environment }: Facts): Check {
  if (!('value' in slots)) return wrong('slots', slots.problem, slots.hint);
  const all = Object.values(slots.value).filter(({ standing }) => standing);
  const sick = all.flatMap(({ colour, replicas }) =>
    replicas
      .filter(({ healthy }) => !healthy)
      .map(({ service, id, because }) => `${colour} ${service} ${id}: ${because ?? 'not healthy'}`),
  );
  if (sick.length > 0)
    return wrong('slots', sick.join('; '), `crossfade status ${environment} says whether that is the live one`);
  if (all.length === 0) return fine('slots', 'none stands yet');
  return fine('slots', all.map(({ colour, input }) => `${colour} ${input?.release.version ?? '?'}`).join(', '));
}

function checkLease({ lease, holder, environment }: Facts): Check {
  if (!lease?.holder) return fine('lease', 'free');
  if (holder !== 'dead') return fine('lease', `held by ${describeHolder(lease.holder)}`);
  const mend = `crossfade status ${environment}: whatever you do next takes it over`;
  return wrong('lease', `its holder is dead: ${describeHolder(lease.holder)}`, mend);
}

function checkJournals({ history, environment }: Facts): Check {
  const broken = history.filter(({ problem }) => problem !== undefined);
  if (broken.length === 0) return fine('journals', 'the newest can be read');
  const words = broken.map(({ run, problem }) => `${run}: ${problem ?? ''}`).join('; ');
  return wrong('journals', words, `crossfade audit verify --environment ${environment}`);
}

// Not shared with the advice of status: that would be one more file for status to load.
function bringUp(environment: string): string {
  return `eval "$(crossfade env ${environment})" && pulumi up --stack ${environment}`;
}

/** Before the first up: can the balancer have its port? */
export async function checkPort({ port }: LocalConfiguration): Promise<Check> {
  if (port === 0) return fine('port', 'any that is free');
  try {
    await freePort(port);
    return fine('port', `${port} of 127.0.0.1 is free`);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return wrong(
      'port',
      error.message,
      `${error.hint ?? 'choose another port'}: \`port\` in the stack file, 0 for any`,
    );
  }
}
