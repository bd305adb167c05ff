import { describeWindow, type Announcement } from '../../contract/announcement.js';
import { describeDuration } from '../../contract/duration.js';
import type { Sources } from '../../contract/sources.js';
import type { Verdict } from '../../contract/verdict.js';
import type { CheckOf } from '../adapter.js';
import { no, yes } from '../answer.js';
import { judgeHours } from './judge-hours.js';

export interface Circumstances {
  readonly now: Date;
  readonly freezes: Sources['freezes'];
  /** Undefined: nobody has announced this release. */
  readonly announcement: Announcement | undefined;
}

/** Whether a release may begin now: no freeze, inside of the days and hours, and announced for now long enough ago. Pure. */
export function judgeWindow(check: CheckOf<'window'>, { now, freezes, announcement }: Circumstances): Verdict {
  const freeze = freezes.find(({ from, to }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(to));
  if (freeze) return no(`nothing is released until ${freeze.to}: ${freeze.because}`, { now: now.toISOString() });
  const open = judgeHours(check, now);
  if (open.answer !== 'yes' || check.announced === undefined) return open;
  return judgeAnnouncement(check.announced, announcement, now, open);
}

function judgeAnnouncement(lead: number, found: Announcement | undefined, now: Date, open: Verdict): Verdict {
  if (found === undefined) return no('nobody has announced it', open.evidence);
  const { at, by, begins, ends, told, untold } = found;
  const evidence = { ...open.evidence, announced: { at, by, begins, ends, told: [...told], untold: [...untold] } };
  const window = describeWindow(found);
  // A line in a record is no announcement; where nobody is configured to hear it, somebody tells people by hand.
  if (told.length === 0 && untold.length > 0) {
    return no(`it was announced, and ${untold.join(', ')} has not been told yet`, evidence);
  }
  const [early, late] = [Date.parse(begins) - now.getTime(), now.getTime() - Date.parse(ends)];
  if (early > 0) return no(`it is announced for ${window}, which begins in ${describeDuration(early)}`, evidence);
  if (late >= 0) return no(`it was announced for ${window}, which is over`, evidence);
  const age = now.getTime() - Date.parse(at);
  return age >= lead
    ? yes(`announced for ${window}, ${describeDuration(age)} ago`, evidence)
    : no(`announced only ${describeDuration(age)} ago, and it has to be ${describeDuration(lead)} before`, evidence);
}
