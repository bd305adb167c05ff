import type { AwsConfiguration } from '../contract/configuration.js';
import { ConfigurationError } from '../contract/errors.js';
import { heardBy } from '../contract/aws-alarms-configuration.js';
import { zonesOf } from '../contract/aws-network-configuration.js';
import { readCidr } from '../contract/cidr.js';
import type { ProductionRule } from '../contract/production-rules.js';

type Ask = (configuration: AwsConfiguration) => string | undefined;

/** Per rule, why a configuration breaks it. */
const asks: Readonly<Record<ProductionRule, Ask>> = {
  zones: ({ network }) =>
    zonesOf(network) < 2 ? `network: ${zonesOf(network)} zone; its loss would be the loss of everything` : undefined,
  'nat-per-zone': ({ network }) =>
    network.kind === 'create' && network.natGateways === 'one' && network.zones > 1
      ? "network.natGateways is 'one': the loss of its zone cuts the others off from everything outside"
      : undefined,
  certificate: ({ balancer }) =>
    balancer.certificateArn === null
      ? "balancer.certificateArn is null: users' passwords would travel in the clear"
      : undefined,
  'test-listener-closed': ({ balancer }) => {
    const wide = balancer.testFrom.find((cidr) => (readCidr(cidr)?.size ?? 0) > 2 ** 16);
    return wide === undefined
      ? undefined
      : `balancer.testFrom has ${wide}: the public could reach a slot that is not released`;
  },
  protection: ({ protect }) => (protect ? undefined : 'protect is false: one destroy would delete data and routes'),
  'balancer-deletion-protection': ({ balancer }) =>
    balancer.deletionProtection ? undefined : 'balancer.deletionProtection is false',
  'database-multi-az': ({ database }) =>
    database?.kind === 'create' && !database.multiAz
      ? 'database.multiAz is false: no standby in another zone'
      : undefined,
  'database-deletion-protection': ({ database }) =>
    database?.kind === 'create' && !database.deletionProtection ? 'database.deletionProtection is false' : undefined,
  'database-backups': ({ database }) =>
    database?.kind === 'create' && database.backupRetentionDays < 7
      ? `database.backupRetentionDays is ${database.backupRetentionDays}: an error found after a week could not be undone`
      : undefined,
  'alarm-receivers': ({ alarms }) => {
    const unheard = (['high', 'critical'] as const).filter(
      (severity) => !alarms.receivers.some((receiver) => heardBy(receiver).includes(severity)),
    );
    return unheard.length === 0 ? undefined : `alarms.receivers: nobody hears of ${unheard.join(' and ')} alarms`;
  },
  approvals: ({ pipeline }) => (pipeline.approvals > 0 ? undefined : 'pipeline.approvals is 0: nobody has to agree'),
  'dead-mans-switch': ({ pipeline, store }) => {
    if (!pipeline.deadMansSwitch) return 'pipeline.deadMansSwitch is false: split traffic would wait for a dead runner';
    return store.startsWith('s3://') ? undefined : `store is ${store}: the dead man's switch can write to s3://… only`;
  },
};

/** Throws ConfigurationError with every protection that a production configuration weakens without a recorded exception. */
export function enforceProduction(configuration: AwsConfiguration): void {
  if (configuration.tier !== 'production') return;
  const excepted = new Set(configuration.exceptions.map((exception) => exception.rule));
  const findings = Object.entries(asks).flatMap(([name, ask]) => {
    const rule = name as ProductionRule;
    const fault = ask(configuration);
    if (fault !== undefined) return excepted.has(rule) ? [] : [`${fault} (rule '${rule}')`];
    return excepted.has(rule)
      ? [`exceptions: '${rule}' is not broken; an exception nobody needs hides the next one`]
      : [];
  });
  if (findings.length === 0) return;
  throw new ConfigurationError(`production is weaker than it may be:\n- ${findings.join('\n- ')}`, {
    hint: 'strengthen it, or record under `exceptions` the rule with `because` and `by`',
  });
}
