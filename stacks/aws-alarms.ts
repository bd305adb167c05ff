import type * as pulumi from '@pulumi/pulumi';
import type { AlarmTopics } from '../components/aws/alarm-topics.js';
import type { Balancer } from '../components/aws/balancer.js';
import { CustomAlarms } from '../components/aws/custom-alarms.js';
import type { DatabaseIds } from '../components/aws/database-ids.js';
import { EnvironmentDashboard } from '../components/aws/environment-dashboard.js';
import type { Route } from '../components/aws/route.js';
import { SlotBadAlarm } from '../components/aws/slot-bad-alarm.js';
import type { Colour } from '../contract/colour.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { PerColour } from '../contract/outputs.js';

interface Watched {
  readonly configuration: AwsConfiguration;
  readonly topics: AlarmTopics;
  readonly balancer: Balancer;
  readonly routes: Readonly<Record<string, Route>>;
  readonly database: DatabaseIds | null;
}

/** What watches both slots from the balancer's side: an alarm over each, and a page with both side by side. */
export function awsAlarms(
  name: string,
  { configuration, topics, balancer, routes, database }: Watched,
  opts: pulumi.ComponentResourceOptions,
): PerColour<pulumi.Output<string>> {
  const { alarms, region } = configuration;
  const dimensions = Object.entries(routes).map(([service, route]) => [service, route.metricDimensions] as const);
  const bad = (colour: Colour): SlotBadAlarm => {
    const targetGroups = Object.fromEntries(dimensions.map(([service, groups]) => [service, groups[colour]]));
    const watched = { colour, alarms, balancer: balancer.metricDimension, targetGroups, topicArns: topics.arns };
    return new SlotBadAlarm(`${name}-${colour}-bad`, watched, opts);
  };
  new CustomAlarms(`${name}-custom`, { alarms: alarms.custom, topicArns: topics.arns }, opts);
  new EnvironmentDashboard(
    `${name}-dashboard`,
    {
      dashboardName: name,
      region,
      balancer: balancer.metricDimension,
      targetGroups: Object.fromEntries(dimensions),
      database,
    },
    opts,
  );
  return { blue: bad('blue').arn, green: bad('green').arn };
}
