import type { DutyLine } from '../../contract/duty.js';
import type { RunState } from '../../journal/run-state.js';
import type { Duty, DutyStatus } from './duty.js';

/** A check may wait so long for a tick, or for an answer other than yes and no, before it is late. Milliseconds. */
const patience = 1_800_000;

/** What every duty of a run says of itself. `own`: the lines about it. */
export function dutyOf({ run, plan }: RunState, due: number, own: readonly DutyLine[]) {
  return {
    run,
    version: plan.release?.version,
    due: new Date(due).toISOString(),
    because: '',
    by: undefined,
    escalated: own.filter((line) => line.kind === 'escalated').length,
  };
}

export function doneBy(own: readonly DutyLine[]): Pick<Duty, 'because' | 'by'> | undefined {
  const done = own.find((line) => line.kind === 'done' || (line.kind === 'asked' && line.answer === 'yes'));
  return done && 'because' in done ? { because: done.because, by: done.by } : undefined;
}

export function openStatus(
  kind: 'check' | 'person',
  due: number,
  answer: 'yes' | 'no' | 'unknown' | undefined,
  now: Date,
): DutyStatus {
  if (now.getTime() < due) return 'later';
  if (answer === 'no') return 'late';
  return now.getTime() > due + (kind === 'check' ? patience : 0) ? 'late' : 'due';
}
