/** The property that has to be true, by type. Buckets, secrets, queues and log groups are encrypted by AWS in any case. */
const switches = {
  'aws:rds/instance:Instance': 'storageEncrypted',
  'aws:rds/cluster:Cluster': 'storageEncrypted',
  'aws:efs/fileSystem:FileSystem': 'encrypted',
  'aws:ebs/volume:Volume': 'encrypted',
  'aws:elasticache/replicationGroup:ReplicationGroup': 'atRestEncryptionEnabled',
};

const encryptedAtRest = {
  name: 'encryption-at-rest',
  description: 'What holds data is encrypted where it lies.',
  check({ type, props }) {
    const property = switches[type];
    if (property === undefined || props[property] === true) return undefined;
    // A replica and a restored instance have the encryption of what they come from.
    if (props.replicateSourceDb !== undefined || props.snapshotIdentifier !== undefined) return undefined;
    return `${property} is not true`;
  },
};

module.exports = { encryptedAtRest };
