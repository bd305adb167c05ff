import { describeDuration } from '../../contract/duration.js';
import type { Duty } from '../duties/duty.js';

/** A line a duty: what, whose, when, and how it is. */
export function dutyLines(duties: readonly Duty[], now: Date): string[] {
  if (duties.length === 0) return ['nothing is to be done'];
  return duties.map((duty) => {
    const { status, id, title, owner, because, by } = duty;
    const what = id === title ? title : `${id}: ${title}`;
    const told = [because, by === undefined ? '' : `by ${by}`].filter((text) => text !== '').join(', ');
    return `${status.padEnd(8)} ${what} (${owner}, ${whenOf(duty, now)})${told === '' ? '' : `: ${told}`}`;
  });
}

export function whenOf({ due }: Pick<Duty, 'due'>, now: Date): string {
  const left = Date.parse(due) - now.getTime();
  return left >= 0 ? `due in ${describeDuration(left)}` : `was due ${describeDuration(-left)} ago`;
}
