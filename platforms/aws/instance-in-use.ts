import { restoredPrefix } from '../../contract/aws-names.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { readLogin } from './database-login.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance } from './rds-api.js';
import type { SecretsApi } from './secrets.js';

type DatabaseOutputs = NonNullable<AwsOutputs['database']>;

export interface InUse {
  readonly identifier: string;
  /** Of whoever may change the schema; null: the application's own login is all there is. */
  readonly ownerSecretArn: string | null;
  /** The instance that a run has restored; undefined: the one that the program made. */
  readonly restored: RdsInstance | undefined;
}

export interface InUseParts {
  readonly rds: Pick<RdsApi, 'instancesNamed'>;
  readonly secrets: Pick<SecretsApi, 'value'>;
  readonly database: DatabaseOutputs;
  readonly clock: Clock;
}

const patience = 30_000;

/** Which instance slots connect to: what the application's login says decides, whatever the program's outputs name. */
export async function instanceInUse({ rds, secrets, database, clock }: InUseParts): Promise<InUse> {
  const { identifier, masterSecretArn: ownerSecretArn, endpoint, port } = database;
  const login = await readLogin(secrets, database.applicationSecretArn, clock);
  const host = login.host ?? endpoint;
  if (host === endpoint) return { identifier, ownerSecretArn, restored: undefined };
  const prefix = restoredPrefix(database.snapshots.prefix);
  const all = await persist(() => rds.instancesNamed(prefix), { clock, within: patience });
  const restored = all.find((each) => each.endpoint?.host === host && each.endpoint.port === (login.port ?? port));
  if (restored === undefined) return { identifier, ownerSecretArn, restored };
  return { identifier: restored.identifier, ownerSecretArn: restored.masterSecret?.arn ?? ownerSecretArn, restored };
}
