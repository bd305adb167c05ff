import { ConfigurationError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Settings } from '../../contract/settings.js';
import type { Clock, Secrets } from '../../pipeline/ports.js';
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
}

const current = 'current';
const patience = 30_000;

/** Secrets by ARN and version: a run means the same ones from its plan to its end, whatever is rotated meanwhile. */
export function awsSecrets(
  api: Pick<SecretsApi, 'describe'>,
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
    return { reference: found.arn, version: versionOf(setting, found, version) };
  }

  return {
    async pin(secrets) {
      const pinned = Object.entries(secrets).map(async ([setting, secret]) => [setting, await pin(setting, secret)]);
      return Object.fromEntries(await Promise.all(pinned)) as Settings['secrets'];
    },
  };
}

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
