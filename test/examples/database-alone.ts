import { output } from '@pulumi/pulumi';
import { Database } from '../../components/aws/database.js';
import { EncryptionKey } from '../../components/aws/encryption-key.js';
import { createdDatabaseSchema } from '../../contract/aws-database-configuration.js';

const key = new EncryptionKey('orders', {
  description: 'Orders: database and snapshots',
  accountId: '222222222222',
  services: [],
  protect: true,
  keep: true,
});
const database = new Database('orders', {
  database: createdDatabaseSchema.parse({ kind: 'create', name: 'orders', class: 'db.m7g.large' }),
  region: 'eu-central-1',
  subnetIds: ['subnet-2a', 'subnet-2b'],
  rotationSubnetIds: ['subnet-1a', 'subnet-1b'],
  rotationGroupId: 'sg-0123456789abcdef0',
  securityGroupId: output('sg-0fedcba9876543210'),
  keyArn: key.arn,
  protect: true,
});

export const endpoint = database.endpoint;
export const loginSecretArn = database.applicationSecretArn;
