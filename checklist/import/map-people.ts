import { pathOf, type Document, type Entry } from '../read/document.js';
import { slugOf } from '../item-ids.js';
import { durationText } from './map-limits.js';
import type { Mapping, Said } from './mapping.js';

/** Approvals, announcements and duties: what people do, with the number, the role and the time that the text gives. */
export function mapPeople({ entries }: Document): Mapping[] {
  return entries.flatMap((entry) => {
    const { place, kind, text, line, section, quoted } = entry;
    if (place === undefined || kind === 'row' || quoted) return [];
    const says = approvalIn(text, kind) ?? leadIn(text) ?? (isCheck(entry) ? (dutyIn(entry) ?? undefined) : undefined);
    return says ? [{ line, place, row: undefined, title: text, path: pathOf(section), says }] : [];
  });
}

const roles = String.raw`(?:senior |lead |backend |frontend |platform |security |qa |devops )*(?:engineers?|reviewers?|developers?|approvers?|maintainers?|leads?|managers?|architects?|owners?|teammates?|people|persons?)`;
const counts: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  a: '1',
  an: '1',
};

/** 'at least 2 engineers approved', 'approved by two senior engineers', '2 approvals'. */
function approvalIn(text: string, kind: Entry['kind']): Record<string, Said> | undefined {
  if (
    !/\b(?:approv|review(?:ed)? (?:and approved )?by|sign(?:ed)?[ -]?off by)/i.test(text) ||
    /\b(?:not|no|without|unless|if)\b/i.test(text)
  )
    return undefined;
  if (kind === 'paragraph' && !/\b(?:must|required?|needs?|at least)\b/i.test(text)) return undefined;
  const number = String.raw`(\d{1,2}|one|two|three|four|five|an?)`;
  const [, minimum, before, role] =
    new RegExp(String.raw`(at least |minimum (?:of )?|min\. )?\b${number}\+?\s+(${roles})\b`, 'i').exec(text) ?? [];
  if (before !== undefined && role !== undefined) return approval(before, role, minimum);
  const [, plain] = new RegExp(String.raw`\b${number}\+? (?:approvals?|approving reviews?)\b`, 'i').exec(text) ?? [];
  if (plain !== undefined) return approval(plain, 'reviewer', '');
  const [, by] =
    new RegExp(
      String.raw`\b(?:approved|signed[ -]?off) by (?:the )?(${roles}|cto|ceo|vp(?: of \w+)?|product owner|tech lead|dba)\b`,
      'i',
    ).exec(text) ?? [];
  return by === undefined ? undefined : approval('1', by, '');
}

function approval(count: string, role: string, _minimum: string | undefined): Record<string, Said> | undefined {
  const number = counts[count.toLowerCase()] ?? count;
  if (Number(number) < 1 || Number(number) > 20) return undefined;
  return { approval: { role: singular(slugOf(role)), count: number } };
}

function singular(role: string): string {
  return role === 'people' || role === 'person' || role === 'persons' ? 'reviewer' : role.replace(/s$/, '');
}

const spans: Readonly<Record<string, number>> = {
  second: 1_000,
  sec: 1_000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  hr: 3_600_000,
  h: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
const span = String.raw`(\d{1,3}|one|two|three)[ -]?(minutes?|mins?|hours?|hrs?|h|days?|weeks?)\b`;

function spanOf(count: string, unit: string): string | undefined {
  const size = spans[unit.toLowerCase().replace(/s$/, '')];
  const number = Number(counts[count.toLowerCase()] ?? count);
  return size === undefined || number === 0 ? undefined : durationText(size * number);
}

/** 'announced 48 hours ahead': how long before. */
function leadIn(text: string): Record<string, Said> | undefined {
  if (!/\b(?:announc|notif|inform|communicat|maintenance|tell|told)/i.test(text)) return undefined;
  const [, count, unit] =
    new RegExp(String.raw`${span}\s+(?:ahead|in advance|before(?:hand)?|prior|notice|earlier)\b`, 'i').exec(text) ?? [];
  const announced = count === undefined || unit === undefined ? undefined : spanOf(count, unit);
  return announced === undefined ? undefined : { window: { announced } };
}

function isCheck({ kind, text }: Entry): boolean {
  return kind === 'task' || kind === 'bullet' || kind === 'numbered' || /^\W*☐/.test(text);
}

/** 'within 24 hours', 'after 30 minutes', with a verb in front: somebody has to do something by then. */
function dutyIn({ text }: Entry): Record<string, Said> | undefined {
  const match = new RegExp(
    String.raw`\b(within|after)\s+(?:the (?:first|next) )?${span}(?:\s+(?:of|after)\s+(?:the )?(?:deploy(?:ment|ing)?|release|promotion|launch|switch))?`,
    'i',
  ).exec(text);
  const [whole, , count, unit] = match ?? [];
  if (match === null || whole === undefined || count === undefined || unit === undefined) return undefined;
  const before = text.slice(0, match.index);
  if (
    !/^\W*(?:review|check|verify|send|write|close|publish|hold|update|archive|decommission|remove|delete|monitor|confirm|follow up|schedule|complete|create|file|document|report|retire|tear down|rotate|clean up|analy[sz]e|compare|conduct|run)\b/i.test(
      before,
    )
  )
    return undefined;
  if (
    /\b(?:not|never|if|unless|every|each|old(?:er)?|last|past|previous|expire|valid|appears?|arrives?|respon\w+|takes?|completes?)\b/i.test(
      text,
    )
  )
    return undefined;
  const due = spanOf(count, unit);
  return due === undefined ? undefined : { due, 'sign-off': 'operator' };
}
