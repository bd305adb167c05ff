import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import type { AwsOutputs } from '../../../contract/outputs.js';
import { writtenGraph } from '../aws-graph.js';
import type { Asked, Reply } from '../fault-proxy.js';
import { iamDecision, type PolicyStatement } from './iam-decision.js';
import { iamRequests, type IamWorld } from './iam-requests.js';

/** In front of a stand-in that lets everybody do everything: calls reach it that the release role's policies allow. */
export interface IamGuard {
  /** What was not allowed, with the resource. */
  readonly refused: string[];
  /** Actions that were decided on and allowed. */
  readonly allowed: Set<string>;
  instead(asked: Asked): Promise<Reply | undefined>;
}

/** By policies as the program writes them, about what `outputs` name in the stand-in. `without` are actions that they lose. */
export async function iamGuard(
  outputs: AwsOutputs,
  moto: string,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<IamGuard> {
  const statements = (await releasePolicies(outputs)).map((statement) =>
    statement.Effect === 'Deny'
      ? statement
      : { ...statement, Action: (statement.Action ?? []).filter((action) => !without.includes(action)) },
  );
  const world = worldOf(outputs, moto);
  const refused: string[] = [];
  const allowed = new Set<string>();
  return {
    refused,
    allowed,
    async instead(asked) {
      for (const request of await iamRequests(asked, world)) {
        if (iamDecision(statements, request) === 'allowed') {
          allowed.add(request.action);
          continue;
        }
        refused.push(`${request.action} on ${request.resource}`);
        return refusal(asked, `not authorized to perform: ${request.action} on resource: ${request.resource}`);
      }
      return undefined;
    },
  };
}

/** What in the outputs names something of AWS: ARNs, and these by their keys. */
const names = new Set(['scheduleGroup', 'subnetGroup', 'parameterGroup', 'identifier']);

async function releasePolicies(outputs: AwsOutputs): Promise<readonly PolicyStatement[]> {
  const graph = await writtenGraph('production');
  const name = 'shop-production-pipeline-release';
  const texts = graph.resources
    .filter(({ type }) => type === 'aws:iam/rolePolicy:RolePolicy' || type === 'aws:iam/policy:Policy')
    .filter(({ name: found }) => found === name || found.startsWith(`${name}-`))
    .map(({ inputs }) => String(inputs['policy']));
  const given = [...named(graph.outputs, outputs)].sort(([one], [other]) => other.length - one.length);
  return texts.flatMap((text) => {
    const here = given.reduce((so, [written, real]) => so.replaceAll(written, real), text);
    return (JSON.parse(here) as { Statement: PolicyStatement[] }).Statement;
  });
}

/** What the program's outputs call something, and what it is called in the stand-in. */
function named(written: unknown, real: unknown, key = ''): Map<string, string> {
  if (typeof written === 'string' && typeof real === 'string') {
    return new Map(written !== real && (written.startsWith('arn:') || names.has(key)) ? [[written, real]] : []);
  }
  if (typeof written !== 'object' || written === null || typeof real !== 'object' || real === null) return new Map();
  const others = real as Readonly<Record<string, unknown>>;
  return new Map(Object.entries(written).flatMap(([name, value]) => [...named(value, others[name], name)]));
}

function worldOf({ region, accountId, cluster, database }: AwsOutputs, moto: string): IamWorld {
  const describe = async (DBInstanceIdentifier?: string) => {
    const rds = new RDSClient({ region, endpoint: moto });
    const one = DBInstanceIdentifier === undefined ? {} : { DBInstanceIdentifier };
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand(one));
    rds.destroy();
    return DBInstances;
  };
  return {
    region,
    account: accountId,
    cluster: cluster.name,
    dataKeyArn: database?.snapshots.kmsKeyArn ?? '',
    tagsOf: async (identifier) =>
      Object.fromEntries(
        ((await describe(identifier))[0]?.TagList ?? []).map(({ Key, Value }) => [Key, Value]),
      ) as Record<string, string>,
    instances: async () => (await describe()).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? ''),
  };
}

function refusal({ type }: Asked, message: string): Reply {
  if (type.includes('x-www-form-urlencoded')) {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return { status: 403, type: 'text/xml', body };
  }
  const code = 'AccessDeniedException';
  return {
    status: 400,
    type: 'application/json',
    headers: { 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
