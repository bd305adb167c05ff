import { colours, type Colour } from '../../contract/colour.js';
import { readStackName } from '../../contract/names.js';
import type { Change } from './change.js';
import type { Circumstances } from './finding.js';

/** The slot that a resource belongs to, by its stack or by its name; undefined for what both share. */
export function slotOf({ stack, name }: Pick<Change, 'stack' | 'name'>): Colour | undefined {
  return readStackName(stack).colour ?? colours.find((colour) => new RegExp(`(^|-)${colour}(-|$)`).test(name));
}

/** Why a change may reach users; undefined when its slot is known to be without traffic. */
export function reachesUsers(change: Change, { live, liveBecause }: Circumstances): string | undefined {
  const slot = slotOf(change);
  if (slot === undefined) return 'both slots use it';
  if (live === undefined) return `which slot is live is unknown: treated as live (${liveBecause})`;
  return live.includes(slot) ? `${slot} is live (${liveBecause})` : undefined;
}
