import type { Verdict } from '../contract/verdict.js';
import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';

/** Whether a release may begin now: no freeze, and inside of the days and hours, as people of that zone read a clock. */
export const askWindow: Adapter<'window'> = async (check, about, around) => {
  const now = around.clock.now();
  const freeze = about.plan.checklist?.sources?.freezes.find(
    ({ from, to }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(to),
  );
  if (freeze) return no(`nothing is released until ${freeze.to}: ${freeze.because}`, { now: now.toISOString() });
  const open = judgeHours(check, now);
  if (open.answer !== 'yes' || check.announced === undefined) return open;
  return judgeAnnouncement(check.announced, await around.announcedAt(about), now, open);
};

function judgeHours({ days, from, to, zone = 'UTC' }: CheckOf<'window'>, now: Date): Verdict {
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

function judgeAnnouncement(lead: number, at: string | undefined, now: Date, open: Verdict): Verdict {
  if (at === undefined) return no('nobody has announced it', open.evidence);
  const age = now.getTime() - Date.parse(at);
  const evidence = { ...open.evidence, announced: at };
  return age >= lead ? yes(`announced at ${at}`, evidence) : no(`announced only at ${at}`, evidence);
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
