import type { Change } from '../change.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { reachesOf, widerReach } from '../network-reach.js';
import { tlsFindings } from '../tls-policies.js';
import { listAt, recordOf, textAt } from '../values.js';

const finding = (because: string): Finding => ({ danger: 'security', because });

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
export const security: Rule = (change, { fresh }) => {
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
  if (kind === 'aws:s3:BucketPublicAccessBlock') return [finding('is deleted: the bucket may be made public')];
  if (kind === 'aws:s3:BucketServerSideEncryptionConfiguration')
    return [finding("is deleted: the bucket's own encryption is gone")];
  if (kind === 'aws:ec2:FlowLog') return [finding('is deleted: nobody records any more who talks to whom')];
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
    ...off.map(([key, means]) => finding(`${key} is off: ${means}`)),
    ...never.map((key) => finding(`${key} is not set: ${wanted[key] ?? ''}`)),
    ...on.map(([key, means]) => finding(`${key} is on: ${means}`)),
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
    finding(
      `lets more ${reach.direction === 'in' ? 'in' : 'out'}: ${reach.words}${reach.everybody ? ': everybody' : ''}`,
    ),
  );
}

function misc({ before, after }: Change, kind: string): Finding[] {
  const acl = textAt(after, 'acl');
  const tokens = (inputs: Change['before']): boolean =>
    textAt(recordOf(inputs?.['metadataOptions']), 'httpTokens') === 'required';
  const internal = (inputs: Change['before']): boolean => inputs?.['internal'] === true;
  const ownKey = (inputs: Change['before']): boolean => inputs?.['kmsKeyId'] !== undefined;
  const cases: readonly (readonly [boolean, string])[] = [
    [acl?.startsWith('public-') === true && textAt(before, 'acl') !== acl, `its access list is ${acl ?? ''}`],
    [kind === 'aws:lb:LoadBalancer' && internal(before) && !internal(after), 'it can be reached from the internet'],
    [forcesTls(before) && !forcesTls(after), 'rds.force_ssl is no longer 1: connections without TLS are accepted'],
    [ownKey(before) && !ownKey(after), 'it is no longer encrypted with a key of its own'],
    [tokens(before) && !tokens(after), "a machine's credentials can be asked for without a token (IMDSv1)"],
  ];
  return cases.flatMap(([holds, because]) => (holds ? [finding(because)] : []));
}

function forcesTls(inputs: Change['before']): boolean {
  return listAt(inputs, 'parameters')
    .map(recordOf)
    .some(({ name, value }) => name === 'rds.force_ssl' && value === '1');
}
