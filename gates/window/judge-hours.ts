import type { Verdict } from '../../contract/verdict.js';
import type { CheckOf } from '../adapter.js';
import { no, unknown, yes } from '../answer.js';

/** As people of that zone read a clock. Pure. */
export function judgeHours({ days, from, to, zone = 'UTC' }: CheckOf<'window'>, now: Date): Verdict {
  const clock = clockIn(zone, now);
  if (!clock) return unknown(`there is no time zone ${zone}`);
  const { day, minutes, shown } = clock;
  const [opens, closes] = [minutesOf(from ?? '00:00'), minutesOf(to ?? '24:00')];
  if (opens === undefined || closes === undefined) return unknown('a window opens and closes at a time such as 08:00');
  const evidence = { now: now.toISOString(), zone };
  // Past midnight it belongs to the day on which it has opened.
  const overnight = opens > closes;
  const within = overnight ? minutes >= opens || minutes < closes : minutes >= opens && minutes < closes;
  const dayOfOpening = overnight && minutes < closes ? dayBefore(day) : day;
  const hours = `${from ?? '00:00'} to ${to ?? '24:00'} ${zone}`;
  if (days !== undefined && !days.includes(dayOfOpening))
    return no(`it is ${shown}, releases begin on ${days.join(', ')}`, evidence);
  return within ? yes(`it is ${shown}`, evidence) : no(`it is ${shown}, releases begin from ${hours}`, evidence);
}

const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
type Day = (typeof week)[number];

function dayBefore(day: Day): Day {
  return week[(week.indexOf(day) + 6) % 7] ?? day;
}

function minutesOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(time) ?? [];
  const found = Number(hours) * 60 + Number(minutes);
  return found <= 1_440 ? found : undefined;
}

/** Summer time and all. Undefined: there is no such zone. */
function clockIn(
  zone: string,
  now: Date,
): { readonly day: Day; readonly minutes: number; readonly shown: string } | undefined {
  try {
    const options = { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(now);
    const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
    const day = week.find((name) => name === part('weekday').toLowerCase().slice(0, 3));
    if (day === undefined) return undefined;
    const shown = `${day} ${part('hour')}:${part('minute')} ${zone}`;
    return { day, minutes: Number(part('hour')) * 60 + Number(part('minute')), shown };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
