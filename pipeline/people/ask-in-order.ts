import type { Verdict } from '../../contract/verdict.js';
import type { Context } from '../step.js';
import type { Asking } from './asking.js';
import { askPeople } from './ask-people.js';

/** What people have said to each of these by now; what comes after another is not asked before that is decided. */
export async function askInOrder(context: Context, askings: readonly Asking[]): Promise<readonly Verdict[]> {
  const verdicts = await Promise.all(askings.map((asking) => askPeople(context, asking)));
  const open = openIn(
    askings,
    (item) => verdicts[askings.findIndex((asking) => asking.item === item)]?.answer === 'yes',
  );
  return verdicts.map((verdict, index) => {
    const before = open.get(askings[index]?.item ?? '') ?? [];
    if (verdict.answer === 'no' || before.length === 0) return verdict;
    return { answer: 'unknown', because: `${askings[index]?.item} is asked after ${before.join(', ')}`, evidence: {} };
  });
}

/** By item, what it comes after and is not decided, also by way of others. Items stand after those that they need. */
export function openIn(
  askings: readonly Asking[],
  isDecided: (item: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const open = new Map<string, readonly string[]>();
  for (const { item, after = [] } of askings) {
    open.set(
      item,
      after.filter((id) => !isDecided(id) || (open.get(id)?.length ?? 0) > 0),
    );
  }
  return open;
}
