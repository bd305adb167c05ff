import { colours, type Colour } from '../contract/colour.js';
import { describeDuration } from '../contract/duration.js';
import type { KeptDatabase } from './ports/restores.js';
import type { SlotState } from './ports/slots.js';

export interface KeptFacts {
  readonly now: Date;
  /** How long one is kept that a restore has taken out of use. */
  readonly keepMilliseconds: number;
  /** Ids of the environment's unfinished run, and of the runs that put there what stands in the slots. */
  readonly open: string | undefined;
  readonly slots: Readonly<Record<Colour, Pick<SlotState, 'standing' | 'input'>>>;
  /** The moment that a run's id names; undefined for one that names none. */
  readonly begunAt: (run: string) => Date | undefined;
}

/** Why it stays; undefined: the policy no longer keeps it. Pure. */
export function staysBecause(kept: KeptDatabase, facts: KeptFacts): string | undefined {
  const { now, keepMilliseconds, open, slots } = facts;
  if (open !== undefined && open === kept.run) return `run ${open} is not over`;
  if (kept.was === 'stray')
    return 'nothing here tells what is in it; if no other machine has noted it, it is deleted by hand';
  // What was made beside and never used is worth no more than the backup that it was made of.
  if (kept.was === 'restored') return undefined;
  const needing = kept.was === 'before' ? colours.filter((colour) => needs(slots[colour], kept, facts)) : [];
  if (needing.length > 0) {
    return `${needing.join(' and ')} ${needing.length === 1 ? 'stands' : 'stand'} since before that restore`;
  }
  const since = kept.since === undefined ? facts.begunAt(kept.run) : new Date(kept.since);
  if (since === undefined) return 'nothing tells since when it is out of use';
  const age = now.getTime() - since.getTime();
  return age < keepMilliseconds ? `for ${describeDuration(keepMilliseconds - age)} more` : undefined;
}

/** A slot from before a restore worked with what the restore has replaced. One that nobody can date may have. */
function needs({ standing, input }: KeptFacts['slots'][Colour], kept: KeptDatabase, { begunAt }: KeptFacts): boolean {
  if (!standing) return false;
  const [put, restored] = [input && begunAt(input.run), begunAt(kept.run)];
  return put === undefined || restored === undefined || put < restored;
}
