import { DriftError } from '../contract/errors.js';
import type { PlannedStep } from '../contract/plan.js';
import { describeWeights, sameWeights, weightsSchema, type Weights } from '../contract/weights.js';
import { Turn } from './endings.js';
import { firedTurn } from './fired-turn.js';
import type { Course, Session } from './session.js';

/**
 * Looks at the world before going on with a run that an earlier process began. Throws a Turn when the dead-man's switch
 * has gone back meanwhile, or when somebody asked for the way back and the weights are none that this run can have left;
 * DriftError when nobody has.
 */
export async function recheck(session: Session, course: Course): Promise<void> {
  const { platform, by } = session;
  if (course.began.length === 0) {
    // It was parked before its first change: nothing of this run can be wrong in the world.
    if (session.progress.ended) await session.record({ kind: 'resumed', by, weights: null });
    return;
  }
  const fired = await firedTurn(session, course.plan.run);
  if (fired) throw fired;
  const { weights = null } = await platform.traffic.read();
  await session.record({ kind: 'resumed', by, weights });
  // Before a first release the balancer may say anything.
  if (course.weights() === null) return;
  // A rollback from weights that differ between services was begun, and may not have come to write.
  if (openSteps(course).some((step) => step.arguments['expected'] === null)) return;
  const possible = possibleWeights(course);
  if (possible.some((each) => equal(each, weights))) return;
  if (course.plan.action === 'deploy' && equal(course.plan.weightsBefore, weights)) {
    // While going back traffic doesn't wait for the record, so a runner can die with the one done and the other not.
    throw new Turn('traffic is back where it was before this run, and no record says by whom', by, 'fired');
  }
  // Whoever asked for the way back has been told of the drift, and says what is to become of it.
  if (session.turn.aborted) throw session.turn.reason as unknown;
  const found = weights === null ? 'mixed or none' : describeWeights(weights);
  throw new DriftError(`weights are ${found}, this run can only have left ${possible.map(describe).join(' or ')}`, {
    hint: "adopt them by 'crossfade abort --keep-weights', or restore them by 'crossfade abort'",
  });
}

/** Those of the last finished step, and those that an unfinished one was about to write. */
function possibleWeights(course: Course): (Weights | null)[] {
  const targets = openSteps(course).flatMap((step) => {
    const target = weightsSchema.safeParse(step.arguments['weights']);
    return target.success ? [target.data] : [];
  });
  return [course.weights(), ...targets];
}

function openSteps({ plan, began, done }: Course): PlannedStep[] {
  return plan.steps.filter((step) => began.includes(step.id) && !done.has(step.id));
}

function equal(one: Weights | null, other: Weights | null): boolean {
  return one === null || other === null ? one === other : sameWeights(one, other);
}

function describe(weights: Weights | null): string {
  return weights === null ? 'no live slot' : describeWeights(weights);
}
