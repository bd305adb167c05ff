import { exitCodes, type ExitCode } from '../../contract/errors.js';
import type { Outcome } from '../../contract/event.js';

const forward: Readonly<Record<Outcome, ExitCode>> = {
  completed: exitCodes.done,
  refused: exitCodes.refused,
  'rolled-back': exitCodes.rolledBack,
  aborted: exitCodes.rolledBack,
  'rollback-failed': exitCodes.rollbackFailed,
  held: exitCodes.parked,
  interrupted: exitCodes.parked,
};

/** Of commands that want to get forward: only a completed run is done. */
export function exitOfForward(outcome: Outcome): ExitCode {
  return forward[outcome];
}

/** Of commands that want to go back: a run that went back is what was asked for. */
export function exitOfBack(outcome: Outcome): ExitCode {
  return outcome === 'rolled-back' || outcome === 'aborted' ? exitCodes.done : forward[outcome];
}
