import type { Colour } from '../contract/colour.js';
import type { ChecklistItem, PlannedChecklist } from '../contract/checklist.js';
import type { Plan } from '../contract/plan.js';
import type { Rules } from '../contract/rules.js';
import { weightsTo } from '../contract/weights.js';
import type { StepList } from './step-list.js';

/** Percent by flag, before the run. */
export type FlagsBefore = Readonly<Record<string, number>>;

type FlagItem = ChecklistItem & { readonly check: Extract<ChecklistItem['check'], { kind: 'flag' }> };

export function flagItemsOf(checklist: PlannedChecklist | undefined): FlagItem[] {
  return (checklist?.items ?? []).filter((item): item is FlagItem => item.check.kind === 'flag');
}

/**
 * Ramps flags while the slot has all the traffic: each share is judged like a share of traffic before the next; what
 * comes after the last is judged by the bake. Whoever has more already keeps it.
 */
export function addFlagSteps(
  list: StepList,
  checklist: PlannedChecklist | undefined,
  before: FlagsBefore,
  { to, rules, judged }: { readonly to: Colour; readonly rules: Rules; readonly judged: boolean },
): void {
  for (const { check } of flagItemsOf(checklist)) {
    const { flag, percents, hold = rules.hold } = check;
    const back = before[flag] ?? 0;
    let expected = back;
    const ahead = percents.filter((percent) => percent > back);
    for (const [index, percent] of ahead.entries()) {
      const id = `flag-${flag}-${percent}`;
      const title = `turn ${flag} on for ${percent} %`;
      list.add({ id, use: 'shift-flag', kind: 'change', title, arguments: { flag, percent, expected, back } });
      expected = percent;
      if (!judged || index === ahead.length - 1) continue;
      const options = { weights: weightsTo(to, 100), shift: id, holdMilliseconds: hold };
      list.add({
        id: `judge-${id}`,
        use: 'judge',
        title: `judge ${to} with ${flag} at ${percent} %`,
        arguments: options,
      });
    }
  }
}

/** A flag that a plan turns on, and where it goes when its release goes back. */
export interface Ramp {
  readonly flag: string;
  readonly back: number;
}

export function rampsIn({ steps }: Pick<Plan, 'steps'>): Ramp[] {
  const ramps = new Map<string, Ramp>();
  for (const { use, arguments: said } of steps) {
    const { flag, back } = said;
    if (use === 'shift-flag' && typeof flag === 'string' && typeof back === 'number') ramps.set(flag, { flag, back });
  }
  return [...ramps.values()];
}
