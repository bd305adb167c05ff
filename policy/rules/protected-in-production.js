/** What holds data, and what users' traffic goes through. */
const kept = [
  'aws:backup/vault:Vault',
  'aws:dynamodb/table:Table',
  'aws:efs/fileSystem:FileSystem',
  'aws:kms/key:Key',
  'aws:lb/listener:Listener',
  'aws:lb/listenerRule:ListenerRule',
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:lb/targetGroup:TargetGroup',
  'aws:rds/cluster:Cluster',
  'aws:rds/instance:Instance',
  'aws:s3/bucket:Bucket',
  'aws:secretsmanager/secret:Secret',
];

const protectedInProduction = {
  name: 'protected-in-production',
  description: "In production Pulumi deletes nothing that holds data or carries users' traffic.",
  check({ type, urn, props, opts }, { production }) {
    if (!production.includes(environmentOf(urn)) || !kept.includes(type) || opts.protect) return undefined;
    // A copy holds nothing of its own, and a listener that only sends users to another port carries nothing.
    if (props.replicateSourceDb !== undefined || onlyRedirects(type, props)) return undefined;
    return 'protect is not set';
  },
};

/** urn:pulumi:production-blue::… belongs to production. */
function environmentOf(urn) {
  return (urn.split('::')[0] ?? '').replace(/^urn:pulumi:/, '').replace(/-(blue|green)$/, '');
}

function onlyRedirects(type, { defaultActions }) {
  if (type !== 'aws:lb/listener:Listener' || !Array.isArray(defaultActions)) return false;
  return defaultActions.length > 0 && defaultActions.every((action) => action.type === 'redirect');
}

module.exports = { protectedInProduction };
