import { currentStage } from '../../contract/aws-names.js';
import { ConfigurationError, OperatorError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Settings } from '../../contract/settings.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Secrets } from '../../pipeline/ports/secrets.js';
import { persist } from './persist.js';

/** What Secrets Manager says of a secret without giving it away. */
export interface SecretDescription {
  readonly arn: string;
  readonly deletedAt: Date | undefined;
  /** Stages, such as AWSCURRENT, by the version that has them. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

export interface SecretsApi {
  /** Undefined when there is none. */
  describe(arn: string, signal?: AbortSignal): Promise<SecretDescription | undefined>;
  /** What it says now. */
  value(arn: string, signal?: AbortSignal): Promise<string>;
  /** A new version, which is the one in use from then on; its id. */
  put(arn: string, text: string, signal?: AbortSignal): Promise<string>;
}

const current = 'current';
const patience = 30_000;
const valuesWithin = 2_000;

/** Secrets by ARN and version: a run means the same ones from its plan to its end, whatever is rotated meanwhile. */
export function awsSecrets(
  api: Pick<SecretsApi, 'describe' | 'value'>,
  outputs: Pick<AwsOutputs, 'environment' | 'secrets' | 'database'>,
  clock: Clock,
): Secrets {
  async function pin(setting: string, { reference, version }: Settings['secrets'][string]) {
    const arn = arnOf(setting, reference, outputs);
    const found = await persist(() => api.describe(arn), { clock, within: patience });
    if (!found) {
      throw new RefusedError(`setting ${setting}: there is no secret ${arn}`, {
        hint: `run 'pulumi up --stack ${outputs.environment}', which makes it, or mend its reference`,
      });
    }
    if (found.deletedAt) {
      throw new RefusedError(
        `setting ${setting}: secret ${arn} is being deleted since ${found.deletedAt.toISOString()}`,
        {
          hint: `'aws secretsmanager restore-secret --secret-id ${arn}' brings it back`,
        },
      );
    }
    const pinned = versionOf(setting, found, version === currentStage ? current : version);
    // Where the database is, and as whom, may change under a slot: by its stage a restarted task follows.
    const byStage = version !== pinned && found.arn === outputs.database?.applicationSecretArn;
    return { reference: found.arn, version: byStage ? currentStage : pinned };
  }

  async function valuesOf(settings: readonly Settings[]): Promise<readonly string[]> {
    const named = settings.flatMap(({ secrets }) => Object.entries(secrets));
    const arns = new Set(named.map(([setting, { reference }]) => arnOf(setting, reference, outputs)));
    if (outputs.database) arns.add(outputs.database.applicationSecretArn);
    const texts = await Promise.all([...arns].map((arn) => api.value(arn).catch(onlyOperators)));
    return texts.flatMap((text) => (text === undefined ? [] : [text, ...wordsOf(text)]));
  }

  return {
    /** Those that this role may read: no release has to be able to, and going back waits for none of it. */
    async values(settings) {
      const late = new AbortController();
      const patience = clock.sleep(valuesWithin, late.signal).then(
        () => [],
        () => [],
      );
      try {
        return await Promise.race([
          valuesOf(settings)
            .catch(onlyOperators)
            .then((values) => values ?? []),
          patience,
        ]);
      } finally {
        late.abort();
      }
    },

    async read(setting, { reference }) {
      const value = await api.value(arnOf(setting, reference, outputs)).catch(onlyOperators);
      return value === undefined ? undefined : { value, since: undefined };
    },

    async pin(secrets) {
      const pinned = Object.entries(secrets).map(async ([setting, secret]) => [setting, await pin(setting, secret)]);
      return Object.fromEntries(await Promise.all(pinned)) as Settings['secrets'];
    },
  };
}

function onlyOperators(error: unknown): undefined {
  if (!(error instanceof OperatorError)) throw error;
}

/** A login is JSON: each of its words may turn up alone. Host, port and names of databases are no secrets. */
function wordsOf(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return entries.flatMap(([key, word]) => (typeof word === 'string' && !inTheOpen.has(key) ? [word] : []));
  } catch {
    return [];
  }
}

const inTheOpen = new Set(['engine', 'host', 'port', 'dbname', 'username', 'sslmode']);

/** An entry of the environment, `database` for the application's own login, or a secret of somebody else by its ARN. */
function arnOf(setting: string, reference: string, { secrets, database }: Pick<AwsOutputs, 'secrets' | 'database'>) {
  if (reference.startsWith('arn:')) return reference;
  const arn = reference === 'database' ? database?.applicationSecretArn : secrets[reference];
  if (arn !== undefined) return arn;
  const known = [...Object.keys(secrets), ...(database ? ['database'] : [])];
  throw new ConfigurationError(`setting ${setting}: the environment has no secret '${reference}'`, {
    hint: `it has ${known.length === 0 ? 'none' : known.join(', ')}; others are named by their ARN`,
  });
}

function versionOf(setting: string, { arn, stages }: SecretDescription, version: string): string {
  const held = (id: string): boolean => (stages[id]?.length ?? 0) > 0;
  if (version !== current && held(version)) return version;
  const found = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT'));
  if (version === current && found !== undefined) return found;
  if (version === current) {
    throw new RefusedError(`setting ${setting}: secret ${arn} has no value yet`, {
      hint: `'aws secretsmanager put-secret-value --secret-id ${arn} --secret-string file:///dev/stdin' takes one`,
    });
  }
  throw new RefusedError(`setting ${setting}: secret ${arn} has no version ${version} any more`, {
    hint: "name a version that it has, or 'current'",
  });
}
