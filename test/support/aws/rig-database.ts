import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { Embedded } from '../../platforms/postgres/embedded.js';
import { awsOutputs } from '../aws-outputs.js';
import { makeSubnets } from '../moto-subnets.js';
import type { AwsWorld } from './aws-world.js';

/** Two real servers: one for the instance that the program made, one for whatever is restored beside it. */
export interface RigServers {
  readonly made: Embedded;
  readonly restored: Embedded;
}

export interface RigDatabase {
  readonly outputs: NonNullable<AwsOutputs['database']>;
  /** What the application's login says now. */
  login(): Promise<Readonly<Record<string, unknown>>>;
}

const nobodyListens = 1;
/** Where copies of snapshots go. */
export const copyTo = 'eu-west-1';

/** By RDS's own calls in moto, which runs no database: behind each instance is one of the servers. */
export async function makeRigDatabase(parts: {
  readonly url: string;
  readonly region: string;
  readonly world: AwsWorld;
  /** Undefined: nobody reaches it. */
  readonly servers: RigServers | undefined;
  /** What stands for rehearsals with releases; left out: nothing does. */
  readonly rehearsalGroups?: Readonly<Record<string, string>> | undefined;
}): Promise<RigDatabase> {
  const { url: endpoint, region, world, servers, rehearsalGroups } = parts;
  const known = awsOutputs().database!;
  const at = { region, endpoint };
  const secrets = new SecretsManagerClient(at);
  const secret = async (Name: string, text: object): Promise<string> => {
    const made = await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(text) }));
    return made.ARN ?? '';
  };
  const superuser = async (server: Embedded | undefined) => {
    if (server === undefined) return { username: 'postgres', password: 'nobody-logs-in-with-it' };
    const { user, password } = server.address('superuser');
    return { username: user, password: await password() };
  };
  const place = { host: '127.0.0.1', port: servers?.made.port ?? nobodyListens };
  const applicationSecretArn = await secret('application', {
    engine: 'postgres',
    ...place,
    dbname: 'shop',
    username: 'shop_app',
    password: 'Eleven-elephants_eat.eggs',
    sslmode: 'disable',
  });
  const [kmsKeyArn, copyKeyArn] = await Promise.all([makeKey(endpoint, region), makeKey(endpoint, copyTo)]);
  const masterSecretArn = await secret('master', await superuser(servers?.made));
  const restoredMaster = await secret('rds!db-restored', await superuser(servers?.restored));
  const { subnetIds: SubnetIds } = await makeSubnets(endpoint);
  const rds = new RDSClient(at);
  const words = { DBSubnetGroupName: 'subnets', DBSubnetGroupDescription: 'isolated' };
  await rds.send(new CreateDBSubnetGroupCommand({ ...words, SubnetIds }));
  const parameters = { DBParameterGroupName: 'parameters', DBParameterGroupFamily: 'postgres16', Description: 'shop' };
  await rds.send(new CreateDBParameterGroupCommand(parameters));
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: known.identifier,
      DBInstanceClass: 'db.t4g.medium',
      Engine: 'postgres',
      EngineVersion: '16.4',
      AllocatedStorage: 50,
      MasterUsername: 'postgres',
      MasterUserPassword: 'nobody-logs-in-with-it',
      StorageEncrypted: true,
      KmsKeyId: kmsKeyArn,
      DBSubnetGroupName: 'subnets',
      DBParameterGroupName: 'parameters',
    }),
  );
  rds.destroy();
  world.instances = (identifier) =>
    identifier === known.identifier
      ? place
      : { host: 'localhost', port: servers?.restored.port ?? nobodyListens, masterSecretArn: restoredMaster };
  const rehearsal = rehearsalGroups && {
    loginSecretArn: await secret('rehearsal', {}),
    routes: Object.fromEntries(
      Object.entries(rehearsalGroups).map(([service, targetGroupArn], index) => [
        service,
        { targetGroupArn, priority: 40_000 + index },
      ]),
    ),
  };
  return {
    outputs: {
      ...known,
      rehearsal: rehearsal ?? null,
      snapshots: { ...known.snapshots, keep: 2, kmsKeyArn, copyTo, copyKeyArn },
      endpoint: place.host,
      port: place.port,
      applicationSecretArn,
      masterSecretArn,
      restore: { subnetGroup: 'subnets', securityGroupIds: ['sg-2'], parameterGroup: 'parameters' },
    },
    async login() {
      const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: applicationSecretArn }));
      return JSON.parse(SecretString) as Record<string, unknown>;
    },
  };
}

/** Its ARN: RDS in moto looks a key up before it encrypts with it. */
async function makeKey(url: string, region: string): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.CreateKey',
      authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/kms/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`CreateKey in ${region}: ${await answer.text()}`);
  const { KeyMetadata } = (await answer.json()) as { KeyMetadata: { Arn: string } };
  return KeyMetadata.Arn;
}
