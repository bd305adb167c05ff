import type { AwsConfiguration } from '../contract/configuration.js';
import { ConfigurationError } from '../contract/errors.js';
import { describeDuration } from '../contract/duration.js';
import { fargateSizeFault } from '../contract/fargate-size.js';
import { bucketOf } from '../contract/bucket-of.js';
import { enforceProduction } from './enforce-production.js';

/** What no schema of one part can see. Throws ConfigurationError before the first resource. */
export function checkAwsConfiguration(configuration: AwsConfiguration): void {
  const { balancer, region, accountId, services, droppedRoutes, pipeline, store, affinity, rules } = configuration;
  const certificate = balancer.certificateArn?.split(':');
  if (certificate && (certificate[3] !== region || certificate[4] !== accountId)) {
    throw new ConfigurationError(
      `balancer.certificateArn is of ${certificate[3]} and account ${certificate[4]}; the balancer is in ${region}, ${accountId}`,
    );
  }
  if (configuration.snapshots.copyTo === region) {
    throw new ConfigurationError(`snapshots.copyTo is ${region}, where they are already; name another region, or null`);
  }
  if (affinity === 'cohort' && balancer.cohortFor > rules.bake) {
    throw new ConfigurationError(
      `balancer.cohortFor is ${describeDuration(balancer.cohortFor)}, rules.bake ${describeDuration(rules.bake)}: ` +
        'visitors would stay with the slot that is left when the run has ended',
      { hint: 'shorten cohortFor or lengthen bake' },
    );
  }
  checkLimits(configuration);
  const sizes = Object.entries(services).flatMap(([name, { cpu, memory }]) => {
    const fault = fargateSizeFault(cpu, memory);
    return fault === undefined ? [] : [`services.${name}: ${fault}`];
  });
  if (sizes.length > 0) throw new ConfigurationError(sizes.join('\n'));
  const dropped = droppedRoutes.find((name) => name in services);
  if (dropped !== undefined)
    throw new ConfigurationError(`droppedRoutes names ${dropped}, which is one of the services`);
  if (pipeline.deadMansSwitch || pipeline.repository !== null) checkStore(store, configuration.backend);
  enforceProduction(configuration);
}

/** What pages, and lets the dead man's switch act, may not be stricter than what a run calls good. */
function checkLimits({ alarms, rules }: AwsConfiguration): void {
  const contradicting = (['errorPercent', 'p95Milliseconds', 'p99Milliseconds'] as const).flatMap((limit) => {
    const [alarm, pass] = [alarms.limits[limit], rules.limits[limit].pass];
    if (pass === undefined || pass <= alarm) return [];
    return [`alarms.limits.${limit} is ${alarm}, and rules.limits.${limit} lets ${pass} pass`];
  });
  if (contradicting.length === 0) return;
  throw new ConfigurationError(
    `${contradicting.join('\n')}: the alarm would take back a release that a run calls good`,
    { hint: 'let pass be at or below the limit of the alarm' },
  );
}

/** A release may delete Pulumi's locks, and no journal: in one bucket that is told apart by folder. */
function checkStore(store: string, backend: string): void {
  const { bucket, prefix } = bucketOf(store);
  if (prefix !== '' || !new RegExp(`^s3://${bucket}(/|\\?|$)`).test(backend)) return;
  throw new ConfigurationError(`store is ${store}, which is Pulumi's bucket too (backend: ${backend})`, {
    hint: `give the store a folder of its own, such as s3://${bucket}/store`,
  });
}
