import { expect } from 'chai';
import { ConfigurationError } from '../../contract/errors.js';
import { productionRules, type ProductionRule } from '../../contract/production-rules.js';
import { enforceProduction } from '../../stacks/enforce-production.js';
import { awsConfiguration, writtenConfiguration } from '../support/aws-configuration.js';

type Written = Record<string, unknown>;

function within(part: string, values: Written): Written {
  return { [part]: { ...(writtenConfiguration('production')[part] as Written), ...values } };
}

/** Per rule, one weakening of production's stack file and the reason that is given. */
const weakenings: Readonly<Record<ProductionRule, readonly [Written, RegExp]>> = {
  zones: [
    {
      network: {
        kind: 'adopt',
        vpcId: 'vpc-0abc',
        cidr: '10.9.0.0/16',
        publicSubnetIds: ['subnet-a1', 'subnet-a2'],
        privateSubnetIds: ['subnet-b1'],
        isolatedSubnetIds: ['subnet-c1', 'subnet-c2'],
      },
    },
    /network: 1 zone/,
  ],
  'nat-per-zone': [within('network', { natGateways: 'one' }), /natGateways is 'one'/],
  certificate: [within('balancer', { certificateArn: null }), /certificateArn is null/],
  'test-listener-closed': [within('balancer', { testFrom: ['0.0.0.0/0'] }), /testFrom has 0.0.0.0\/0/],
  protection: [{ protect: false }, /protect is false/],
  'balancer-deletion-protection': [
    within('balancer', { deletionProtection: false }),
    /balancer.deletionProtection is false/,
  ],
  'database-multi-az': [within('database', { multiAz: false }), /database.multiAz is false/],
  'database-deletion-protection': [
    within('database', { deletionProtection: false }),
    /database.deletionProtection is false/,
  ],
  'database-backups': [within('database', { backupRetentionDays: 6 }), /backupRetentionDays is 6/],
  'alarm-receivers': [
    { alarms: { receivers: [{ kind: 'email', from: 'critical', address: 'a@example.com' }] } },
    /nobody hears of high alarms/,
  ],
  approvals: [within('pipeline', { approvals: 0 }), /approvals is 0/],
  'dead-mans-switch': [within('pipeline', { deadMansSwitch: false }), /deadMansSwitch is false/],
};

function refusal(parts: Written, stack: 'staging' | 'production' = 'production'): string {
  try {
    enforceProduction(awsConfiguration(stack, parts));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('enforceProduction', () => {
  it('accepts the stack files of the repository', () => {
    expect(refusal({})).to.equal('accepted');
    expect(refusal({}, 'staging')).to.equal('accepted');
  });

  for (const rule of productionRules) {
    const [parts, reason] = weakenings[rule];

    it(`refuses production that breaks '${rule}', with the reason`, () => {
      expect(refusal(parts)).to.match(reason).and.to.contain(`(rule '${rule}')`);
    });

    it(`lets a recorded exception break '${rule}'`, () => {
      const exceptions = [{ rule, because: 'agreed until the move is done', by: 'ada' }];
      expect(refusal({ ...parts, exceptions })).to.equal('accepted');
    });

    it(`does not ask '${rule}' of staging`, () => {
      expect(refusal({ ...parts, tier: 'staging' })).to.equal('accepted');
    });
  }

  it('shows all that is weak at once', () => {
    const parts = { ...within('database', { multiAz: false, deletionProtection: false }), protect: false };
    expect(refusal(parts).split('\n- ')).to.have.length(4);
  });

  it('refuses an exception that nothing needs', () => {
    const exceptions = [{ rule: 'zones', because: 'was needed until last year', by: 'ada' }];
    expect(refusal({ exceptions })).to.match(/'zones' is not broken/);
  });

  it("refuses a store that the dead man's switch can't write to", () => {
    expect(refusal({ store: './store' })).to.match(/store is \.\/store/);
  });
});
