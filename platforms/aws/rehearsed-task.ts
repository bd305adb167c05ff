import { ecsSecret, imageByDigest, rehearsalFamily } from '../../contract/aws-names.js';
import { RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { TaskDefinition } from './ecs-api.js';

type Database = NonNullable<AwsOutputs['database']>;

/** Where tasks find the copy. */
export interface CopyLogin {
  readonly database: Pick<Database, 'applicationSecretArn'>;
  /** The application's login at the copy: this version and no later one, which may be another copy's. */
  readonly login: { readonly reference: string; readonly version: string };
}

/** Streams of logs begin so. */
const logPrefix = 'rehearse';

/**
 * A routed service of an input as a slot would get it (`containerDefinition`), but for the database, and one setting that
 * says what this is. Throws RefusedError for a service that the release or the environment doesn't have.
 */
export function rehearsedTask(outputs: AwsOutputs, copy: CopyLogin, service: string, input: SlotInput): TaskDefinition {
  const { slots } = outputs;
  const artifact = input.release.artifacts[service];
  const definition = outputs.services[service];
  const logGroup = slots.logGroups[service];
  if (artifact === undefined || definition?.kind !== 'routed' || logGroup === undefined) {
    throw new RefusedError(`release ${input.release.version} has no routed service ${service} here`);
  }
  const task: TaskDefinition = {
    family: rehearsalFamily(outputs.cluster.name, service),
    container: service,
    image: imageByDigest(artifact),
    command: definition.command ?? [],
    environment: {
      PORT: String(definition.port),
      ...input.settings.values,
      CROSSFADE_ENVIRONMENT: outputs.environment,
      // A name is needed, and both slots stand elsewhere.
      CROSSFADE_SLOT: 'blue',
      CROSSFADE_VERSION: input.release.version,
      CROSSFADE_DIGEST: artifact.digest,
    },
    secrets: Object.fromEntries(
      Object.entries(input.settings.secrets).map(([name, secret]) => [name, ecsSecret(secret)]),
    ),
    cpu: definition.cpu,
    memory: definition.memory,
    architecture: slots.architecture,
    executionRoleArn: slots.executionRoleArn,
    taskRoleArn: slots.taskRoleArn,
    logGroup,
    logPrefix,
    region: outputs.region,
  };
  return onCopy(copy, task, input);
}

/** The same task where each secret that is the database's login says where the copy is. */
export function onCopy({ database, login }: CopyLogin, task: TaskDefinition, { settings }: SlotInput): TaskDefinition {
  const logins = loginSettings(database, settings).map((name) => [name, ecsSecret(login)] as const);
  return {
    ...task,
    environment: { ...task.environment, CROSSFADE_REHEARSAL: '1' },
    secrets: { ...task.secrets, ...Object.fromEntries(logins) },
    logPrefix,
  };
}

/** A service that finds the database by other ways would find the one in use, and rehearse on that. */
export function deafToCopyBecause(
  database: Pick<Database, 'applicationSecretArn'>,
  { settings, release }: SlotInput,
): string | undefined {
  if (loginSettings(database, settings).length > 0) return undefined;
  return `no setting of release ${release.version} is the database's login ('reference: database'): started beside a rehearsal, its services would work on the database in use`;
}

function loginSettings(
  { applicationSecretArn }: Pick<Database, 'applicationSecretArn'>,
  { secrets }: SlotInput['settings'],
): readonly string[] {
  return Object.keys(secrets).filter((name) => secrets[name]?.reference === applicationSecretArn);
}
