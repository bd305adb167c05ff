import type { ArmedSwitchOptions } from './armed-switch.js';
import { DeadlineWatch } from './deadline-watch.js';
import { endMaintenance } from './maintenance-changes.js';

/** Lets users in again when the time of maintenance is over, whatever has become of whoever began it. */
export function maintenanceEnd({ committed, remaining, monotonic, say }: ArmedSwitchOptions): DeadlineWatch {
  return new DeadlineWatch({
    what: 'ending maintenance',
    due: () => committed.maintenanceEndMonotonic,
    committedMilliseconds: () => committed.committed.maintenance?.remainingMilliseconds,
    remaining,
    monotonic,
    say,
    act: async () => {
      const before = committed.committed.maintenance;
      const { state } = await committed.change(
        // The end may have moved while this waited for its turn.
        (current) => ((current.maintenance?.remainingMilliseconds ?? 1) <= 0 ? endMaintenance(current) : current),
        () => true,
      );
      if (before !== null && state.maintenance === null)
        say(`maintenance by ${before.owner} has ended by itself: its time is over`);
    },
  });
}
