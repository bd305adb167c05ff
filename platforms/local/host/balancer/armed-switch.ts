import type { CommittedState } from './committed-state.js';
import { DeadlineWatch } from './deadline-watch.js';
import type { RemainingFile } from './remaining-file.js';
import type { BalancerState } from './state.js';
import { fireSwitch } from './switch-changes.js';

export interface ArmedSwitchOptions {
  readonly committed: CommittedState;
  readonly remaining: RemainingFile;
  readonly monotonic: () => number;
  readonly say: (line: string) => void;
}

/** Fires the armed switch when its deadline has passed. */
export function armedSwitch({ committed, remaining, monotonic, say }: ArmedSwitchOptions): DeadlineWatch {
  return new DeadlineWatch({
    what: 'firing the switch',
    due: () => committed.deadlineMonotonic,
    committedMilliseconds: () => committed.committed.armed?.remainingMilliseconds,
    remaining,
    monotonic,
    say,
    act: async () => {
      const { state } = await committed.change(
        (current) => (isDue(current) ? fireSwitch(current, new Date()) : current),
        () => true,
      );
      if (state.fired !== null) say(`the switch of run ${state.fired.run} has fired with token ${state.fired.token}`);
    },
  });
}

/** The deadline may have moved while the firing waited for its turn. */
function isDue({ armed }: BalancerState): boolean {
  return armed !== null && armed.remainingMilliseconds <= 0;
}
