import { describeDuration } from '../../contract/duration.js';
import { describeAction } from '../../contract/plan.js';
import type { HistoryEntry } from '../../journal/history.js';
import { between, isOver, type RunState } from '../../journal/run-state.js';
import { table } from './table.js';

/** Newest first, one line a run. */
export function historyLines(history: readonly HistoryEntry[], environment: string): string[] {
  if (history.length === 0)
    return [`${environment} has no runs yet: 'crossfade deploy ${environment} VERSION' makes one`];
  return table(
    history.map((entry) =>
      entry.state ? row(entry.state) : [entry.run, '', 'UNREADABLE', '', '', entry.problem ?? ''],
    ),
  );
}

function row(state: RunState): string[] {
  const { run, plan, ended, started, last } = state;
  return [
    started.slice(0, 16).replace('T', ' '),
    plan.release === null ? plan.action : describeAction(plan.action, plan.release.version),
    outcomeOf(state),
    ended === undefined ? '' : describeDuration(between(started, last)),
    plan.requestedBy,
    isOver(state) && ended?.outcome === 'completed' ? run : `${run}  ${firstLine(ended?.because ?? '')}`.trim(),
  ];
}

/** In capitals what somebody has to look after. */
function outcomeOf(state: RunState): string {
  const { ended } = state;
  if (ended === undefined) return 'UNFINISHED';
  const words = ended.outcome.replace('-', ' ');
  if (ended.outcome === 'rollback-failed' || !isOver(state)) return words.toUpperCase();
  return ended.backMilliseconds === undefined ? words : `${words} in ${describeDuration(ended.backMilliseconds)}`;
}

function firstLine(text: string): string {
  const [first = ''] = text.split('\n');
  return first.length > 100 ? `${first.slice(0, 99)}…` : first;
}
