import { ecsSecret, imageByDigest, migrationFamily } from '../../contract/aws-names.js';
import { RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { TaskDefinition } from './ecs-api.js';

/** How long a release's own tool may take, in milliseconds. */
export const migratesWithin = 60 * 60_000;

/** Where it is now, and whose login may change its schema. */
export interface MigratedDatabase {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly loginArn: string;
  readonly migration: NonNullable<AwsOutputs['database']>['migration'];
}

/**
 * The release's own migration tool in its own new image: settings as a slot gets them, and the login of whoever may
 * change the schema in libpq's words. ECS reads the secrets when it starts the task; nobody here does.
 */
export function migrationTask(
  outputs: AwsOutputs,
  database: MigratedDatabase,
  release: Release,
  input: SlotInput,
): TaskDefinition {
  const service = release.migrate?.service ?? '';
  const artifact = release.artifacts[service];
  const definition = outputs.services[service];
  const logGroup = outputs.slots.logGroups[service];
  if (!release.migrate || !artifact || !definition || logGroup === undefined) {
    throw new RefusedError(`release ${release.version} can't be migrated with service ${service}: there is none`);
  }
  return {
    family: migrationFamily(outputs.cluster.name),
    container: service,
    image: imageByDigest(artifact),
    command: release.migrate.command,
    environment: {
      ...input.settings.values,
      CROSSFADE_ENVIRONMENT: outputs.environment,
      CROSSFADE_VERSION: release.version,
      CROSSFADE_DIGEST: artifact.digest,
      PGHOST: database.host,
      PGPORT: String(database.port),
      PGDATABASE: database.name,
      PGSSLMODE: 'require',
    },
    secrets: {
      ...Object.fromEntries(Object.entries(input.settings.secrets).map(([name, secret]) => [name, ecsSecret(secret)])),
      PGUSER: `${database.loginArn}:username::`,
      PGPASSWORD: `${database.loginArn}:password::`,
    },
    cpu: definition.cpu,
    memory: definition.memory,
    architecture: outputs.slots.architecture,
    ...(database.migration ?? outputs.slots),
    logGroup,
    logPrefix: 'migrate',
    region: outputs.region,
  };
}
