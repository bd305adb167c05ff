import { colours, type Colour } from './colour.js';
import type { NeededBackup } from './retention.js';

/**
 * Backups from before the runs that put there what stands in the slots: going back from a slot with the database needs
 * its own. A run that is not finished protects its backup itself, and while there is one none other begins.
 */
export function neededBySlots(slots: Readonly<Record<Colour, { readonly run: string } | undefined>>): NeededBackup[] {
  return colours.flatMap((colour) => {
    const run = slots[colour]?.run;
    return run === undefined
      ? []
      : [{ name: `before-${run}`, because: `${colour} stands since run ${run}, which took it` }];
  });
}
