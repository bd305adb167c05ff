import type { RunState } from './run-state.js';

/** How long it took to have traffic back, in milliseconds, newest first; from runs of one environment. Pure. */
export function timesBack(runs: readonly RunState[]): readonly number[] {
  return runs.flatMap((state) => {
    if (state.ended?.backMilliseconds !== undefined) return [state.ended.backMilliseconds];
    const shift = state.steps.find(({ planned }) => planned.use === 'shift');
    const { began, ended, status } = shift ?? {};
    if (state.plan.action !== 'rollback' || status !== 'passed' || began === undefined || ended === undefined)
      return [];
    return [Math.max(0, Date.parse(ended) - Date.parse(began))];
  });
}
