import { writtenConfiguration } from '../aws-configuration.js';

type Written = Record<string, unknown>;

/** The account that moto is told to be. */
export const standInAccount = '222222222222';

/**
 * The repository's own stack file, but for what a stand-in can't be: it has one account, speaks plain HTTP, and lacks
 * AWS Chatbot and the Serverless Application Repository altogether.
 */
export function standInConfiguration(
  stack: 'staging' | 'production',
  place: { readonly endpoint: string; readonly folder: string; readonly bucket: string },
): Written {
  const written = writtenConfiguration(stack);
  const part = (name: string): Written => written[name] as Written;
  const because = 'a stand-in for AWS has no certificates, and nobody but this test comes here';
  return {
    ...written,
    accountId: standInAccount,
    endpoint: place.endpoint,
    backend: `file://${place.folder}/state`,
    secretsProvider: 'passphrase',
    store: `s3://${place.bucket}/store`,
    balancer: { ...part('balancer'), certificateArn: null, domain: null },
    database: { ...part('database'), rotateAfterDays: null },
    alarms: { receivers: [{ kind: 'email', from: 'low', address: 'nobody@example.com' }] },
    exceptions: stack === 'production' ? [{ rule: 'certificate', because, by: 'npm run test:aws' }] : [],
    // Minutes are the shortest that CloudWatch counts by.
    rules: {
      weights: [50, 100],
      hold: '1m',
      bake: '1m',
      minimumRequests: 50,
      convergeWithin: '10m',
      deadMansSwitch: '10m',
    },
  };
}
