import { Dashboard } from '@pulumi/aws/cloudwatch/dashboard.js';
import * as pulumi from '@pulumi/pulumi';
import { colours } from '../../contract/colour.js';
import type { PerColour } from '../../contract/outputs.js';
import type { DatabaseIds } from './database-ids.js';

export interface EnvironmentDashboardArgs {
  readonly dashboardName: string;
  readonly region: string;
  readonly balancer: pulumi.Input<string>;
  /** Per routed service, its target groups as CloudWatch's dimensions. */
  readonly targetGroups: Readonly<Record<string, PerColour<pulumi.Input<string>>>>;
  readonly database: Pick<DatabaseIds, 'identifier'> | null;
}

type Row = readonly [metric: string, stat: string, title: string];

const rows: readonly Row[] = [
  ['RequestCount', 'Sum', 'requests'],
  ['HTTPCode_Target_5XX_Count', 'Sum', 'answers 5xx'],
  ['TargetResponseTime', 'p95', 'p95, seconds'],
  ['TargetResponseTime', 'p99', 'p99, seconds'],
  ['HealthyHostCount', 'Minimum', 'healthy targets'],
];

const blueLine = '#1f77b4';
const greenLine = '#2ca02c';

/** Both slots side by side, a column per service, and the database below. */
export class EnvironmentDashboard extends pulumi.ComponentResource {
  constructor(name: string, args: EnvironmentDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:EnvironmentDashboard', name, {}, opts);
    const widgets = [...serviceWidgets(args), ...(args.database ? databaseWidgets(args.database, args.region) : [])];
    const dashboardBody = pulumi.jsonStringify({ widgets });
    new Dashboard(name, { dashboardName: args.dashboardName, dashboardBody }, { parent: this });
    this.registerOutputs();
  }
}

function serviceWidgets(args: EnvironmentDashboardArgs) {
  return Object.entries(args.targetGroups).flatMap(([service, groups], column) =>
    rows.map(([metric, stat, title], row) => ({
      type: 'metric',
      x: (column * 12) % 24,
      y: (Math.floor(column / 2) * rows.length + row) * 6,
      width: 12,
      height: 6,
      properties: {
        title: `${service}: ${title}`,
        region: args.region,
        stat,
        period: 60,
        metrics: colours.map((colour) => [
          'AWS/ApplicationELB',
          metric,
          'LoadBalancer',
          args.balancer,
          'TargetGroup',
          groups[colour],
          { label: colour, color: colour === 'blue' ? blueLine : greenLine },
        ]),
      },
    })),
  );
}

function databaseWidgets(database: Pick<DatabaseIds, 'identifier'>, region: string) {
  return ['CPUUtilization', 'DatabaseConnections', 'FreeStorageSpace', 'ReadLatency'].map((metric, index) => ({
    type: 'metric',
    x: index * 6,
    y: 1_000,
    width: 6,
    height: 6,
    properties: {
      title: `database: ${metric}`,
      region,
      stat: 'Average',
      period: 60,
      metrics: [['AWS/RDS', metric, 'DBInstanceIdentifier', database.identifier]],
    },
  }));
}
