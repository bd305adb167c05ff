import { expect } from 'chai';
import { ConfigurationError } from '../../contract/errors.js';
import { awsConfiguration, writtenConfiguration } from '../support/aws-configuration.js';

type Written = Record<string, unknown>;

/** The messages about production's stack file with these parts replaced. */
function refusal(parts: Written): string {
  try {
    awsConfiguration('production', parts);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

function within(part: string, values: Written): Written {
  return { [part]: { ...(writtenConfiguration('production')[part] as Written), ...values } };
}

describe('awsConfigurationSchema', () => {
  it('accepts both stack files as they stand in the repository', () => {
    expect(awsConfiguration('staging')).to.include({ tier: 'staging', accountId: '111111111111', logDays: 14 });
    expect(awsConfiguration('production')).to.include({ tier: 'production', protect: true });
  });

  it('is safe where nothing is said', () => {
    const { database, network } = awsConfiguration('production', {
      network: { kind: 'create' },
      database: { kind: 'create', name: 'shop' },
    });
    expect(database).to.include({ multiAz: true, deletionProtection: true, backupRetentionDays: 14 });
    expect(network).to.include({ zones: 2, natGateways: 'per-zone', cidr: '10.0.0.0/16' });
  });

  const bad: readonly [string, Written, RegExp][] = [
    ['a key that it does not know', { protekt: false }, /expected no key 'protekt'/],
    [
      'a region that is none',
      { region: 'Frankfurt' },
      /region: expected a region such as eu-central-1, found "Frankfurt"/,
    ],
    ['an account that is a number', { accountId: 222222222222 }, /accountId: expected string/],
    ['an account that is too short', { accountId: '22' }, /accountId: expected an account number of 12 digits/],
    [
      'a certificate of another service',
      within('balancer', { certificateArn: 'arn:aws:iam::1:server-certificate/x' }),
      /balancer.certificateArn: expected the ARN of an ACM certificate/,
    ],
    [
      'a product whose name is too long for AWS',
      { product: 'p'.repeat(41) },
      /product: expected a name of a-z, 0-9 and -, at most 40 long/,
    ],
    ['a certificate left out', { balancer: {} }, /balancer.certificateArn/],
    ['a retention that CloudWatch Logs lacks', { logDays: 31 }, /logDays: expected .*1, 3, 5, 7/],
    [
      'a network that is no block',
      within('network', { cidr: '10.0.0.1/16' }),
      /network.cidr: expected a block of addresses/,
    ],
    [
      'subnets that overlap',
      within('network', {
        zones: 2,
        subnets: {
          public: ['10.20.0.0/24', '10.20.1.0/24'],
          private: ['10.20.0.0/20', '10.20.16.0/20'],
          isolated: ['10.20.64.0/24', '10.20.65.0/24'],
        },
      }),
      /network.subnets: expected blocks that don't overlap: 10.20.0.0\/24 and 10.20.0.0\/20 do/,
    ],
    [
      'subnets outside the network',
      within('network', {
        zones: 2,
        subnets: {
          public: ['10.21.0.0/24', '10.20.1.0/24'],
          private: ['10.20.16.0/20', '10.20.32.0/20'],
          isolated: ['10.20.64.0/24', '10.20.65.0/24'],
        },
      }),
      /network.subnets: expected blocks inside 10.20.0.0\/16: 10.21.0.0\/24 is not/,
    ],
    [
      'fewer subnets than zones',
      within('network', {
        zones: 3,
        subnets: {
          public: ['10.20.0.0/24', '10.20.1.0/24'],
          private: ['10.20.16.0/20', '10.20.32.0/20'],
          isolated: ['10.20.64.0/24', '10.20.65.0/24'],
        },
      }),
      /network.subnets.public: expected one block per zone: 3, not 2/,
    ],
    [
      'subnets smaller than AWS has them',
      within('network', {
        zones: 2,
        subnets: {
          public: ['10.20.0.0/29', '10.20.1.0/24'],
          private: ['10.20.16.0/20', '10.20.32.0/20'],
          isolated: ['10.20.64.0/24', '10.20.65.0/24'],
        },
      }),
      /network.subnets: expected blocks of \/28 or larger, as AWS asks: 10.20.0.0\/29 is not/,
    ],
    [
      'a network without room',
      within('network', { cidr: '10.20.0.0/25' }),
      /network.cidr: expected a block from \/16 to/,
    ],
    [
      'a network larger than AWS has it',
      within('network', { cidr: '10.0.0.0/8' }),
      /network.cidr: expected a block from/,
    ],
    [
      'a single zone, with which no load balancer can be made',
      within('network', { zones: 1 }),
      /network.zones: expected at least 2/,
    ],
    [
      'old TLS',
      within('balancer', { tlsPolicy: 'ELBSecurityPolicy-2016-08' }),
      /balancer.tlsPolicy: expected a policy without TLS 1.0 and 1.1/,
    ],
    [
      'a slow start that is too fast',
      within('balancer', { slowStart: '10s' }),
      /balancer.slowStart: expected 0s, or from 30s/,
    ],
    [
      'a cookie that outlives a week',
      within('balancer', { stickyFor: '8d' }),
      /balancer.stickyFor: expected from 1s to 7d/,
    ],
    ['an image account that is none', { imagesFrom: ['shop'] }, /imagesFrom.0: expected an account number/],
    [
      'a rotation by something that is no function',
      { secretEntries: { key: { kind: 'given', rotate: { functionArn: 'rotate-it' } } } },
      /secretEntries.key.rotate.functionArn: expected the ARN of a Lambda function/,
    ],
    [
      'an adopted network without its id',
      { network: { kind: 'adopt', vpcId: 'x' } },
      /network.vpcId: expected an id such as vpc-/,
    ],
    [
      'storage that may not grow to what it is',
      within('database', { storageUpTo: 20 }),
      /database.storageUpTo: expected at least as much/,
    ],
    [
      'a database class that is none',
      within('database', { class: 't4g.small' }),
      /database.class: expected a class such as db.t4g/,
    ],
    [
      'a generated secret that is weak',
      { secretEntries: { key: { kind: 'generated', length: 49 } } },
      /length: expected at least 50/,
    ],
    ['a receiver without an address', { alarms: { receivers: [{ kind: 'email' }] } }, /alarms.receivers.0.address/],
    [
      "a pager's URL in the open",
      { alarms: { receivers: [{ kind: 'pagerduty', urlSecretArn: 'https://events.pagerduty.com/x' }] } },
      /urlSecretArn: expected a secret's ARN/,
    ],
    [
      'latency limits that contradict each other',
      { alarms: { limits: { p95Milliseconds: 900, p99Milliseconds: 800 } } },
      /alarms.limits.p99Milliseconds: expected at least p95Milliseconds/,
    ],
    [
      'a rollback line that is looser than success',
      within('rules', { limits: { errorPercent: { pass: 3, fail: 2 } } }),
      /rules.limits.errorPercent: expected pass at or below fail/,
    ],
    [
      'a snapshot schedule that is none',
      { snapshots: { schedule: 'daily' } },
      /snapshots.schedule: expected a schedule/,
    ],
    [
      'an exception without a reason',
      { exceptions: [{ rule: 'zones', because: 'x', by: 'ada' }] },
      /exceptions.0.because: expected/,
    ],
    [
      'an exception to a rule that is none',
      { exceptions: [{ rule: 'rain', because: 'because it rains', by: 'ada' }] },
      /exceptions.0.rule/,
    ],
    [
      'a repository that is a URL',
      { pipeline: { repository: 'https://github.com/a/b' } },
      /pipeline.repository: expected owner\/name/,
    ],
  ];

  for (const [what, parts, message] of bad) {
    it(`refuses ${what}`, () => {
      expect(refusal(parts)).to.match(message);
    });
  }
});
