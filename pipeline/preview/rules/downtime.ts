import { canonicalJson } from '../../../contract/json.js';
import type { Change } from '../change.js';
import { dataKinds } from '../data-kinds.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { reachesUsers } from '../slot-of.js';
import { listAt, recordOf, touches } from '../values.js';

/** Updates in place that stop a service, or take its name away. */
const interrupting: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'aws:rds:Instance': {
    identifier: 'it is renamed: its address changes, and what names it does not find it',
    engineVersion: 'it is upgraded: it restarts, and a major version never goes back',
    instanceClass: 'it restarts on another machine',
    parameterGroupName: 'it restarts before other parameters hold',
    dbSubnetGroupName: 'it moves to another network',
    port: 'it restarts on another port',
    storageType: 'its storage is changed while it runs',
    networkType: 'it moves to another network',
    caCertIdentifier: 'it may restart with another certificate, which clients must trust',
    replicateSourceDb: 'it stops following its source',
  },
  'aws:rds:Cluster': {
    engineVersion: 'it is upgraded: it restarts',
    clusterIdentifier: 'it is renamed',
    port: 'it restarts on another port',
  },
  'aws:rds:ClusterInstance': {
    instanceClass: 'it restarts on another machine',
    identifier: 'it is renamed',
    engineVersion: 'it restarts',
  },
  'aws:elasticache:ReplicationGroup': { nodeType: 'its nodes are exchanged', engineVersion: 'it restarts' },
  'aws:opensearch:Domain': { engineVersion: 'it is upgraded', clusterConfig: 'its nodes are exchanged' },
  'aws:lb:LoadBalancer': { subnets: 'it moves to other zones', securityGroups: 'who may reach it changes' },
};

/** What stops answering for a while, or is no longer kept twice. */
export const downtime: Rule = (change, circumstances) => {
  const { operation, before, after } = change;
  const kind = kindOf(change.type);
  const findings: Finding[] = [];
  const say = (because: string): void => void findings.push({ danger: 'downtime', because });
  if (operation === 'update') {
    for (const [key, means] of Object.entries(interrupting[kind] ?? {}))
      if (touches(change, key)) say(`${key} changes: ${means}`);
    if (kind === 'aws:rds:ParameterGroup' && needsRestart(change))
      say('a parameter changes that holds after a restart only');
    if (before?.['multiAz'] === true && after?.['multiAz'] !== true) say('it stands in one zone only from then on');
    if (kind === 'aws:ecs:Service' && Number(after?.['deploymentMinimumHealthyPercent'] ?? 100) === 0)
      say('all its tasks may be stopped before others run');
  }
  const serves = kind in dataKinds || reachesUsers(change, circumstances) !== undefined;
  if (operation === 'replace' && change.custom && change.deletedFirst === true && serves)
    say('it is deleted before the new one is there');
  return findings;
};

function needsRestart({ before, after }: Change): boolean {
  const old = listAt(before, 'parameters').map((each) => canonicalJson(each));
  const changed = listAt(after, 'parameters')
    .filter((each) => !old.includes(canonicalJson(each)))
    .map(recordOf);
  // The provider's default is 'immediate', which RDS refuses for a static parameter.
  return changed.some(({ applyMethod }) => applyMethod === 'pending-reboot');
}
