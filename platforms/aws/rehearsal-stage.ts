import { rehearsalFamily } from '../../contract/aws-names.js';
import { RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { StandingCopy } from './copies.js';
import type { EcsApi } from './ecs-api.js';
import { persist } from './persist.js';
import type { TargetsApi } from './targets-api.js';

export interface RehearsalStageParts {
  readonly outputs: Pick<AwsOutputs, 'cluster'>;
  readonly routes: Readonly<Record<string, { readonly targetGroupArn: string }>>;
  readonly ecs: Pick<EcsApi, 'runningOf' | 'stop'>;
  readonly targets: TargetsApi;
  readonly clock: Clock;
}

const patience = 60_000;

/** Stops tasks and empties target groups that a killed process has left to rehearsals. For whoever is alone there. */
export async function clearStage({
  outputs,
  routes,
  ecs,
  targets,
  clock,
}: RehearsalStageParts): Promise<readonly string[]> {
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const gone: string[] = [];
  for (const service of [undefined, ...Object.keys(routes)]) {
    for (const { arn } of await persistently(() => ecs.runningOf(rehearsalFamily(outputs.cluster.name, service)))) {
      await persistently(() => ecs.stop(arn, 'its rehearsal is over'));
      gone.push(arn);
    }
  }
  for (const { targetGroupArn } of Object.values(routes)) {
    const left = (await persistently(() => targets.in(targetGroupArn))).filter(({ health }) => health !== 'draining');
    if (left.length === 0) continue;
    await persistently(() =>
      targets.deregister(
        targetGroupArn,
        left.map(({ address }) => address),
      ),
    );
  }
  return gone;
}

/**
 * Two rehearsals would find each other's tasks behind the same rules. A copy is the claim to be the only one: of those
 * that were made in the same moment the first counts. Throws RefusedError.
 */
export function refuseOthers(standing: readonly StandingCopy[], own?: StandingCopy): void {
  const before = (other: StandingCopy): boolean =>
    own === undefined || `${other.since} ${other.identifier}` < `${own.since} ${own.identifier}`;
  const other = standing.find((each) => each.identifier !== own?.identifier && before(each));
  if (other === undefined) return;
  throw new RefusedError(`another rehearsal is under way: ${other.run}, on ${other.identifier} since ${other.since}`, {
    hint: `wait for it; if its process was killed, remove its copy: aws rds delete-db-instance --db-instance-identifier ${other.identifier} --skip-final-snapshot --delete-automated-backups`,
  });
}
