import type { ChecklistItem, PlannedChecklist } from '../contract/checklist.js';
import { ConfigurationError } from '../contract/errors.js';
import { isAsked, type CheckKind } from '../contract/gate.js';
import { stepIdOf } from './item-of.js';
import { askingJson, type Asking } from './people/asking.js';
import { askingOf, type Holders } from './people/people-of-items.js';
import { peopleGate } from './people/people-gate.js';
import type { StepList } from './step-list.js';

/**
 * `gate`: asked before the first change. `look`: asked of the new slot, before users get there. `people`: somebody decides
 * while traffic is split. `afterwards`: asked once they have, because it comes after that.
 */
export type ItemPart = 'gate' | 'look' | 'people' | 'afterwards' | undefined;

/** That can be asked of the world at any time; the rest is a person's, or shows itself while a run lasts. */
export const machineKinds: readonly CheckKind[] = [
  'command',
  'http',
  'sql',
  'metric',
  'config',
  'secret',
  'git',
  'ci',
  'window',
  'document',
  'external',
  'capacity',
  'on-call',
];

/** By item id, where a run asks an item itself. */
export function partsOf({ items }: PlannedChecklist, staging: boolean): ReadonlyMap<string, ItemPart> {
  const parts = new Map<string, ItemPart>();
  for (const item of items) parts.set(item.id, partOf(item, staging, parts));
  return parts;
}

function partOf(item: ChecklistItem, staging: boolean, earlier: ReadonlyMap<string, ItemPart>): ItemPart {
  const { check, moment } = item;
  if (!(machineKinds.includes(check.kind) || isAsked(check)) || item.due !== undefined) return undefined;
  if (moment === 'after' || moment === 'rollback' || moment === 'record') return undefined;
  if (moment === 'staging' && !staging) return undefined;
  if (isAsked(check)) {
    const early = moment !== 'during' && item.parents.every((id) => earlier.get(id) === 'gate');
    return early ? 'gate' : 'people';
  }
  // What traffic shows is watched while there is some.
  if (check.kind === 'metric' && (moment === 'during' || moment === 'always')) return undefined;
  if (item.parents.some((id) => isLate(earlier.get(id)))) return 'afterwards';
  if (check.kind === 'metric') return 'gate';
  if (moment === 'during' || (check.kind === 'http' && check.url.startsWith('/'))) return 'look';
  // What comes after an act of the run can't be asked before it.
  return item.parents.some((id) => earlier.get(id) !== 'gate') ? 'look' : 'gate';
}

function isLate(part: ItemPart): boolean {
  return part === 'people' || part === 'afterwards';
}

export function addItemGates(list: StepList, checklist: PlannedChecklist, staging: boolean, holders: Holders): void {
  const parts = partsOf(checklist, staging);
  for (const item of checklist.items) {
    if (parts.get(item.id) !== 'gate') continue;
    const asking = askingOf(item, checklist, holders);
    list.gate({ ...(asking ? peopleGate(asking) : stepFor(item)), parents: item.parents.map(stepIdOf) });
  }
}

export function addItemLooks(
  list: StepList,
  checklist: PlannedChecklist | undefined,
  staging: boolean,
  part: 'look' | 'afterwards',
): void {
  if (checklist === undefined) return;
  const parts = partsOf(checklist, staging);
  for (const item of checklist.items) if (parts.get(item.id) === part) list.add(stepFor(item));
}

function stepFor({ id, title }: ChecklistItem) {
  return { id: stepIdOf(id), use: 'check-item', title, arguments: { item: id } };
}

/**
 * What people decide on once there is something to see. Throws ConfigurationError for what comes after something that is
 * asked only once they have decided: there is no second time before all users are there.
 */
export function askedMeanwhile(checklist: PlannedChecklist, staging: boolean, holders: Holders): Asking[] {
  const parts = partsOf(checklist, staging);
  return checklist.items.flatMap((item) => {
    const asking = parts.get(item.id) === 'people' ? askingOf(item, checklist, holders) : undefined;
    if (asking === undefined) return [];
    const late = item.parents.find((id) => parts.get(id) === 'afterwards');
    if (late !== undefined) {
      const { file, line } = item.place;
      throw new ConfigurationError(
        `${file}:${line}: ${item.id} comes after ${late}, which comes after a decision itself`,
        {
          hint: 'people decide once while traffic is split: let them decide after both, or ask it before',
        },
      );
    }
    const after = item.parents.filter((id) => parts.get(id) === 'people');
    return [after.length === 0 ? asking : { ...asking, after }];
  });
}

/** As arguments of a judgement, or of a step that waits for them; empty where nobody is asked. */
export function peopleArguments(asked: readonly Asking[], withinMilliseconds: number) {
  return asked.length === 0 ? {} : { people: { asked: asked.map(askingJson), withinMilliseconds } };
}
