import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { MigrationReview } from '../../pipeline/ports/migration-review.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Rehearsals } from '../../pipeline/ports/rehearsals.js';
import type { Engine } from '../pulumi/engine.js';
import { accountOf } from './account.js';
import { ecrArtifacts } from './artifacts.js';
import { awsBackground } from './background.js';
import { awsDeadMansSwitch } from './dead-mans-switch.js';
import { awsAlarms } from './alarms.js';
import { caller } from './caller.js';
import { credentialsEnd } from './credentials-end.js';
import type { Keeper } from './keeper.js';
import type { OneOffParts } from './one-off-task.js';
import { lazyDatabase } from '../lazy-database.js';
import { lazyRehearsals } from '../lazy-rehearsals.js';
import { lazyReview } from '../lazy-review.js';
import { awsMaintenance, modifyRuleTarget } from './maintenance.js';
import { leaseFence } from './lease-fence.js';
import { albMetrics } from './metrics.js';
import { OwnRequests } from './own-requests.js';
import { routesOf } from './routes-of.js';
import { sdkAlarms } from './sdk-alarms.js';
import { sdkAlb } from './sdk-alb.js';
import { sdkEcs } from './sdk-ecs.js';
import { sdkMetrics } from './sdk-metrics.js';
import { sdkRegistry } from './sdk-registry.js';
import { sdkScaling } from './sdk-scaling.js';
import { sdkSchedule } from './sdk-schedule.js';
import { sdkSecrets } from './sdk-secrets.js';
import { awsSecrets } from './secrets.js';
import { awsSlots } from './slots.js';
import { topUpBy } from './top-up.js';
import { albTraffic } from './traffic.js';

export interface AwsDependencies {
  readonly engine: Pick<Engine, 'up' | 'destroy'>;
  readonly keeper: Keeper;
  /** The highest fencing token that was ever given out for the environment; 0 before the first. */
  readonly highestToken: () => Promise<number>;
  readonly clock: Clock;
  readonly tell: (line: string) => void;
}

/** The platform of an environment on AWS that is up. Throws RefusedError before anything else when these are another account's credentials. */
export async function openAws(outputs: AwsOutputs, dependencies: AwsDependencies): Promise<Platform> {
  const { keeper, clock, tell, highestToken } = dependencies;
  const place = { region: outputs.region, endpoint: outputs.endpoint, tell };
  const account = accountOf(() => caller(place), outputs, clock);
  await account.refuseOther();

  const { environment, balancer, cluster } = outputs;
  const routes = routesOf(outputs);
  const watch = sdkMetrics(place);
  const alb = sdkAlb(place, watch, balancer.metricDimension);
  const ecs = sdkEcs(place, cluster.arn);
  const fence = leaseFence({ highest: highestToken });
  const own = new OwnRequests();
  const stickySeconds = balancer.cohortSeconds ?? undefined;
  const topUp = topUpBy(outputs, own, clock);
  const { maintenanceRuleArn } = balancer;
  const traffic = albTraffic({ api: alb, routes, maintenanceRuleArn, fence, clock, stickySeconds, topUp });
  const secrets = sdkSecrets(place);

  async function openTasks(): Promise<OneOffParts> {
    const { sdkLogs } = await import('./sdk-logs.js');
    const { privateSubnetIds: subnetIds, serviceSecurityGroupId: securityGroupId } = outputs.network;
    return { ecs, logs: sdkLogs(place), clock, subnetIds, securityGroupId };
  }

  async function openDatabase({ database }: AwsOutputs): Promise<Database> {
    if (database === null) throw new Error('this environment has no database');
    const [{ awsDatabase }, { sdkRds }, { sdkTargets }, tasks] = await Promise.all([
      import('./database.js'),
      import('./sdk-rds.js'),
      import('./sdk-targets.js'),
      openTasks(),
    ]);
    const requireAccount = () => account.require();
    const rds = sdkRds(place);
    const rdsElsewhere = (region: string) => sdkRds({ ...place, region });
    const asked = { rds, rdsElsewhere, secrets, ecs, tasks, targets: sdkTargets(place) };
    return awsDatabase({ outputs, database, keeper, clock, requireAccount, ...asked });
  }

  async function openReview({ database }: AwsOutputs): Promise<MigrationReview> {
    if (database === null) throw new Error('this environment has no database');
    const [{ awsMigrationReview }, { sdkRds }] = await Promise.all([
      import('./migration-review.js'),
      import('./sdk-rds.js'),
    ]);
    return awsMigrationReview({ rds: sdkRds(place), secrets, database, clock });
  }

  async function openRehearsals(): Promise<Rehearsals> {
    const [{ awsRehearsals }, { sdkRds }, { sdkTargets }, tasks] = await Promise.all([
      import('./rehearsals.js'),
      import('./sdk-rds.js'),
      import('./sdk-targets.js'),
      openTasks(),
    ]);
    const requireAccount = () => account.require();
    const targets = sdkTargets(place);
    return awsRehearsals({ outputs, rds: sdkRds(place), secrets, tasks, targets, clock, requireAccount, tell });
  }

  const engine = {
    up: async (...asked: Parameters<Engine['up']>) => account.require().then(() => dependencies.engine.up(...asked)),
    destroy: async (...asked: Parameters<Engine['destroy']>) =>
      account.require().then(() => dependencies.engine.destroy(...asked)),
  };
  const { deadMansSwitch: armed } = outputs;
  const schedule = (name: string, arn: string, { scheduleGroup, scheduleRoleArn }: NonNullable<typeof armed>) =>
    sdkSchedule(place, { group: scheduleGroup, name, arn, roleArn: scheduleRoleArn });
  return {
    name: 'aws',
    // A group's cookie is good for its own rule only: it keeps a visitor with a slot where one service is all there is.
    abilities: { cohort: routes.length === 1, compareAndSet: false, triesBackups: false, scales: true },
    traffic,
    slots: awsSlots({
      outputs,
      routes,
      engine,
      ecs,
      scaling: sdkScaling(place, cluster.name),
      alb,
      traffic,
      keeper,
      clock,
    }),
    metrics: albMetrics({ api: watch, routes, balancer: balancer.metricDimension, clock, own }),
    background: awsBackground({ outputs, ecs, fence, clock }),
    artifacts: ecrArtifacts(sdkRegistry(place), clock),
    credentialsEnd: () => credentialsEnd(place),
    alarms: awsAlarms(sdkAlarms(place), outputs, clock),
    secrets: awsSecrets(secrets, outputs, clock),
    ...(outputs.database === null
      ? {}
      : {
          database: lazyDatabase(() => openDatabase(outputs), {
            restores: outputs.database.restore !== null,
            drill: outputs.database.restore !== null,
            drop: false,
          }),
          migrationReview: lazyReview(() => openReview(outputs)),
          ...(outputs.database.restore === null ? {} : { rehearsals: lazyRehearsals(openRehearsals) }),
        }),
    ...(armed === null
      ? {}
      : {
          deadMansSwitch: awsDeadMansSwitch({
            environment,
            schedule: schedule('armed', armed.functionArn, armed),
            routes,
            keeper,
            clock,
          }),
          // Nobody may be left with the page when whoever has put it there is gone: its end is a schedule, too.
          maintenance: awsMaintenance({
            environment,
            ruleArn: maintenanceRuleArn,
            alb,
            schedule: schedule('maintenance', modifyRuleTarget, armed),
            clock,
          }),
        }),
  };
}
