import { currentStage, ecsServiceName } from '../../contract/aws-names.js';
import { colours, type Colour } from '../../contract/colour.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { reachable } from '../postgres/ask.js';
import { databaseAddress } from './database-login.js';
import type { EcsApi } from './ecs-api.js';
import type { Keeper } from './keeper.js';
import { persist } from './persist.js';
import type { SecretsApi } from './secrets.js';
import { readSlotRecord } from './slot-record.js';

export interface RestoreUnableParts {
  readonly environment: string;
  readonly services: readonly string[];
  readonly database: NonNullable<AwsOutputs['database']>;
  readonly secrets: SecretsApi;
  readonly ecs: Pick<EcsApi, 'services'>;
  readonly keeper: Keeper;
  readonly clock: Clock;
}

const patience = 30_000;
const reachedWithin = 5_000;

/** Why a restore could not come to its end from here; better told before users get the maintenance page. */
export async function restoreUnableBecause(parts: RestoreUnableParts): Promise<string | undefined> {
  const { secrets, database, clock } = parts;
  const address = await databaseAddress(secrets, database, 'owner', clock);
  const { answer, because } = await reachable(address, reachedWithin);
  if (answer !== 'yes') {
    return `this machine does not reach ${address.host}:${address.port}, and what is restored has to be counted: ${because}`;
  }
  const deaf = await Promise.all(colours.map((colour) => deafBecause(parts, colour)));
  return deaf.find((reason) => reason !== undefined);
}

/** Tasks follow a switch when they are started with whatever version of the login is in use. */
async function deafBecause(parts: RestoreUnableParts, colour: Colour): Promise<string | undefined> {
  const { ecs, clock, services, keeper, environment, database } = parts;
  const names = services.map((service) => ecsServiceName(service, colour));
  const standing = await persist(() => ecs.services(names), { clock, within: patience });
  if (standing.length === 0) return undefined;
  const input = await readSlotRecord(keeper, environment, colour);
  const given = Object.values(input?.settings.secrets ?? {}).filter(
    ({ reference }) => reference === database.applicationSecretArn,
  );
  if (given.length === 0) {
    return `no setting of slot ${colour} is the database's login ('reference: database'), so a switch would not reach it`;
  }
  const pinned = given.find(({ version }) => version !== currentStage);
  if (pinned === undefined) return undefined;
  return `slot ${colour} is given version ${pinned.version} of the database's login, so a switch would not reach it: deploy anew with 'version: current' first`;
}
