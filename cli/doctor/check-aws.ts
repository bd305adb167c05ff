import type { AwsConfiguration } from '../../contract/configuration.js';
import { describeDuration } from '../../contract/duration.js';
import { OperatorError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { readOutputs } from '../../journal/outputs.js';
import { credentialsEnd } from '../../platforms/aws/credentials-end.js';
import type { Place } from '../../platforms/aws/place.js';
import { sdkSecrets } from '../../platforms/aws/sdk-secrets.js';
import type { SecretsApi } from '../../platforms/aws/secrets.js';
import { environmentsIn, findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { fine, wrong, type Check } from './check.js';
import { weakBecause } from './weak-secret.js';

const soon = 3_600_000;

/** What only AWS has: credentials that end, and secrets that people have put in. */
export async function checkAws(found: FoundEnvironment, now: Date): Promise<Check[]> {
  if (found.configuration.platform !== 'aws') return [];
  const { region, endpoint } = found.configuration;
  return [await checkCredentials({ region, endpoint }, now), ...(await checkSecrets(found, found.configuration))];
}

async function checkCredentials(place: Place, now: Date): Promise<Check> {
  try {
    const { at, because } = await credentialsEnd(place);
    if (at === undefined) return fine('credentials', because);
    const left = at.getTime() - now.getTime();
    if (left > soon) return fine('credentials', because);
    return wrong('credentials', `${because}, in ${describeDuration(Math.max(0, left))}`, 'log in again before a run');
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return wrong('credentials', error.message, error.hint);
  }
}

async function checkSecrets(found: FoundEnvironment, { secretEntries }: AwsConfiguration): Promise<Check[]> {
  const given = Object.entries(secretEntries).flatMap(([name, entry]) =>
    entry.kind === 'given' ? [{ name, ...entry }] : [],
  );
  if (given.length === 0) return [];
  const [here, others] = await Promise.all([secretsOf(found), otherEnvironments(found)]);
  return Promise.all(
    given.map(async (secret): Promise<Check> => {
      const name = `secret ${secret.name}`;
      const value = await here?.read(secret.name);
      if (value === undefined) {
        const mend = 'ask as somebody who may read it: a release may not';
        return { name, answer: 'unknown', because: 'these credentials do not read it', mend };
      }
      const read = await Promise.all(others.map(async (other) => ({ other, value: await other.read(secret.name) })));
      const elsewhere = read.flatMap(({ other: { environment }, value: text }) =>
        text === undefined ? [] : [{ environment, value: text }],
      );
      const weak = weakBecause(secret, value, elsewhere);
      if (weak !== undefined)
        return wrong(name, weak, 'aws secretsmanager put-secret-value with a value that was drawn');
      const unread = read.filter((each) => each.value === undefined).map(({ other }) => other.environment);
      return fine(name, unread.length === 0 ? 'strong' : `strong; not compared with ${unread.join(', ')}`);
    }),
  );
}

interface ReadableSecrets {
  readonly environment: string;
  /** Undefined: there is none, or these credentials may not read it. */
  read(entry: string): Promise<string | undefined>;
}

async function otherEnvironments({ folder, name }: FoundEnvironment): Promise<readonly ReadableSecrets[]> {
  const names = (await environmentsIn(folder)).filter((other) => other !== name);
  const found = await Promise.all(
    names.map(async (other) => secretsOf(await findEnvironment(other, folder)).catch(onlyOperators)),
  );
  return found.flatMap((secrets) => secrets ?? []);
}

/** By the outputs of its last up; undefined where it is not on AWS or was never up. */
async function secretsOf(found: FoundEnvironment): Promise<ReadableSecrets | undefined> {
  if (found.configuration.platform !== 'aws') return undefined;
  const outputs = await readOutputs(openStore(found), found.name).catch(onlyOperators);
  if (outputs?.platform !== 'aws') return undefined;
  return readable(found.name, outputs, sdkSecrets({ region: outputs.region, endpoint: outputs.endpoint }));
}

function readable(environment: string, { secrets }: AwsOutputs, api: Pick<SecretsApi, 'value'>): ReadableSecrets {
  return {
    environment,
    read: async (entry) => {
      const arn = secrets[entry];
      return arn === undefined ? undefined : api.value(arn).catch(onlyOperators);
    },
  };
}

function onlyOperators(error: unknown): undefined {
  if (!(error instanceof OperatorError)) throw error;
}
