import type { Change } from '../change.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { reachesOf, widerReach } from '../network-reach.js';
import { tlsFindings } from '../tls-policies.js';
import { listAt, recordOf, textAt, touches } from '../values.js';

const security = (because: string): Finding => ({ danger: 'security', because });

/** Keys that are safe at `true`, and what their absence means. */
const wanted: Readonly<Record<string, string>> = {
  storageEncrypted: 'its storage is not encrypted',
  encrypted: 'it is not encrypted',
  atRestEncryptionEnabled: 'it is not encrypted at rest',
  transitEncryptionEnabled: 'traffic to it is not encrypted',
  enableKeyRotation: 'its key is never changed',
  blockPublicAcls: 'it may be made public',
  blockPublicPolicy: 'it may be made public',
  ignorePublicAcls: 'it may be made public',
  restrictPublicBuckets: 'it may be made public',
  dropInvalidHeaderFields: 'malformed headers reach services',
};

/** Keys that are safe at `false`. */
const unwanted: Readonly<Record<string, string>> = {
  publiclyAccessible: 'it can be reached from the internet',
  assignPublicIp: 'its tasks can be reached from the internet',
  associatePublicIpAddress: 'it can be reached from the internet',
  mapPublicIpOnLaunch: 'what starts in it can be reached from the internet',
  privileged: 'it may do all that the machine may',
};

const kindsThatWant: Readonly<Record<string, readonly string[]>> = {
  'aws:rds:Instance': ['storageEncrypted'],
  'aws:rds:Cluster': ['storageEncrypted'],
  'aws:efs:FileSystem': ['encrypted'],
  'aws:ebs:Volume': ['encrypted'],
};

/** What lets more in, or guards less. */
export const securityRule: Rule = (change, { fresh }) => {
  const { operation, before, after } = change;
  const kind = kindOf(change.type);
  if (operation === 'delete') return deleted(kind);
  if (after === undefined || operation === 'read' || operation === 'forget') return [];
  return [
    ...switches(change, kind),
    ...network(change, kind, fresh),
    ...tlsFindings(kind, before, after),
    ...misc(change, kind),
  ];
};

function deleted(kind: string): Finding[] {
  if (kind === 'aws:s3:BucketPublicAccessBlock') return [security('is deleted: the bucket may be made public')];
  if (kind === 'aws:s3:BucketServerSideEncryptionConfiguration')
    return [security("is deleted: the bucket's own encryption is gone")];
  if (kind === 'aws:ec2:FlowLog') return [security('is deleted: nobody records any more who talks to whom')];
  return [];
}

function switches({ before, after, operation }: Change, kind: string): Finding[] {
  const off = Object.entries(wanted).filter(
    ([key]) =>
      (before?.[key] === true || after?.[key] === false) && before?.[key] !== after?.[key] && after?.[key] !== true,
  );
  const never = (kindsThatWant[kind] ?? []).filter((key) => operation === 'create' && after?.[key] === undefined);
  const on = Object.entries(unwanted).filter(([key]) => after?.[key] === true && before?.[key] !== true);
  return [
    ...off.map(([key, means]) => security(`${key} is off: ${means}`)),
    ...never.map((key) => security(`${key} is not set: ${wanted[key] ?? ''}`)),
    ...on.map(([key, means]) => security(`${key} is on: ${means}`)),
  ];
}

function network(change: Change, kind: string, fresh: boolean): Finding[] {
  const before = reachesOf(kind, change.before);
  const after = reachesOf(kind, change.after);
  if (before === undefined && after === undefined) return [];
  if (after?.known === false)
    return [{ danger: 'unknown', because: 'whom it lets through is known after the up only' }];
  const wider = widerReach(before?.reaches ?? [], after?.reaches ?? []);
  // Where nothing stood, every rule is new: only what is open to everybody is told, but for the web's own ports.
  const told = fresh ? wider.filter(({ everybody, web, direction }) => everybody && !web && direction === 'in') : wider;
  return told.map((reach) =>
    security(
      `lets more ${reach.direction === 'in' ? 'in' : 'out'}: ${reach.words}${reach.everybody ? ': everybody' : ''}`,
    ),
  );
}

function misc(change: Change, kind: string): Finding[] {
  const { before, after } = change;
  const acl = textAt(after, 'acl');
  const groupTakenAway = kind === 'aws:rds:ParameterGroup' && forced(before) && !forced(after);
  return [
    ...(acl?.startsWith('public-') === true && textAt(before, 'acl') !== acl
      ? [security(`its access list is ${acl}`)]
      : []),
    ...(kind === 'aws:lb:LoadBalancer' && before?.['internal'] === true && after?.['internal'] !== true
      ? [security('it can be reached from the internet')]
      : []),
    ...(groupTakenAway ? [security('rds.force_ssl is no longer 1: connections without TLS are accepted')] : []),
    ...(touches(change, 'kmsKeyId') && before?.['kmsKeyId'] !== undefined && after?.['kmsKeyId'] === undefined
      ? [security('it is no longer encrypted with a key of its own')]
      : []),
    ...(textAt(recordOf(before?.['metadataOptions']), 'httpTokens') === 'required' &&
    textAt(recordOf(after?.['metadataOptions']), 'httpTokens') !== 'required'
      ? [security("a machine's credentials can be asked for without a token (IMDSv1)")]
      : []),
  ];
}

function forced(inputs: Change['before']): boolean {
  return listAt(inputs, 'parameters')
    .map(recordOf)
    .some(({ name, value }) => name === 'rds.force_ssl' && value === '1');
}
