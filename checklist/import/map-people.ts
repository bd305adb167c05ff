import { pathOf, type Document, type Entry } from '../read/document.js';
import { slugOf } from '../item-ids.js';
import { durationText, rowOf } from './map-limits.js';
import type { Mapping, Said } from './mapping.js';

/** Approvals, announcements and duties: what people do, with the number, the role and the time that the text gives. */
export function mapPeople({ entries }: Document): Mapping[] {
  return entries.flatMap((entry) => {
    const { place, kind, text, line, section, quoted } = entry;
    if (place === undefined || quoted) return [];
    if (kind === 'row') {
      const said = personIn(entry);
      return said ? [{ line, place, row: rowOf(entry, entries), title: text, path: pathOf(section), says: said }] : [];
    }
    const says =
      signatureIn(entry) ??
      namedSignature(text) ??
      approvalIn(text, kind) ??
      leadIn(text) ??
      (isCheck(entry) ? (dutyIn(entry) ?? undefined) : undefined);
    return says ? [{ line, place, row: undefined, title: text, path: pathOf(section), says }] : [];
  });
}

const contact = /\b(?:phone|e-?mail|contact|slack|pager|mobile|tel|reach(?:ed)?|on[- ]call)\b/i;
const signature = /\b(?:sign(?:ed|ature)?|sign[- ]?off|approved|approval|approver)\b/i;

/** A row of a table of contacts: somebody can be called. One of a table of signatures: somebody signs. */
function personIn({ cells }: Entry): Record<string, Said> | undefined {
  const role = cells.find(({ head }) => /^(?:role|position|function|title|area|team|responsib\w+)\b/i.test(head))?.text;
  const name = role === undefined ? '' : slugOf(role.replaceAll('`', ''), 40);
  if (!/^[a-z][a-z0-9-]{1,39}$/.test(name) || /\d{3}/.test(name)) return undefined;
  if (cells.some(({ head }) => signature.test(head))) return { 'sign-off': name };
  return cells.some(({ head }) => contact.test(head)) ? { 'on-call': name } : undefined;
}

/** 'QA sign-off: ______': whose signature is waited for. */
function signatureIn({ kind, text }: Entry): Record<string, Said> | undefined {
  if (text.includes('\n') || kind === 'numbered') return undefined;
  const [, who] =
    /^(?:the )?([A-Za-z][A-Za-z ]{1,30}?)\s+(?:sign(?:ed)?[- ]?off|approval)(?: by)?\s*:?\s*(?:_{3,}|\[[^\]]*\]|\.{4,})\s*(?:date\b.*)?$/i.exec(
      text,
    ) ?? [];
  return who === undefined ? undefined : { 'sign-off': slugOf(who) };
}

const roles = String.raw`(?:other |different |team |tech |senior |lead |backend |frontend |platform |security |qa |devops )*(?:engineers?|reviewers?|developers?|approvers?|maintainers?|leads?|managers?|architects?|owners?|teammates?|people|persons?)`;
const counts: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  a: '1',
  an: '1',
};

/** 'sign-off from the product manager'. */
function namedSignature(text: string): Record<string, Said> | undefined {
  const who =
    /\bsign[- ]?off (?:from|by) (?:the )?((?:[a-z]+ )?(?:manager|owner|lead|engineer|officer|team|qa|security|product|legal|support))\b/i.exec(
      text,
    )?.[1];
  return who === undefined || denial.test(text) ? undefined : { 'sign-off': slugOf(who) };
}

const denial = /\b(?:not|no|nobody|without|unless|if)\b/i;

/** 'at least 2 engineers approved', 'approved by two senior engineers', '2 approvals'. */
function approvalIn(text: string, kind: Entry['kind']): Record<string, Said> | undefined {
  const speaks = /\b(?:approv|review(?:ed)? (?:and approved )?by|sign(?:ed)?[ -]?off by)/i.test(text);
  if (!speaks || denial.test(text)) return undefined;
  if (kind === 'paragraph' && !/\b(?:must|required?|needs?|at least)\b/i.test(text)) return undefined;
  const number = String.raw`(\d{1,2}|one|two|three|four|five|an?)`;
  const [, before, role] = new RegExp(String.raw`\b${number}\+?\s+(${roles})\b`, 'i').exec(text) ?? [];
  if (before !== undefined && role !== undefined) return approval(before, role);
  const [, plain] = new RegExp(String.raw`\b${number}\+? (?:approvals?|approving reviews?)\b`, 'i').exec(text) ?? [];
  if (plain !== undefined) return approval(plain, 'reviewer');
  const [, by] =
    new RegExp(
      String.raw`\b(?:approved|signed[ -]?off) by (?:the )?(${roles}|cto|ceo|vp(?: of \w+)?|product owner|tech lead|dba)\b`,
      'i',
    ).exec(text) ?? [];
  return by === undefined ? undefined : approval('1', by);
}

function approval(count: string, role: string): Record<string, Said> | undefined {
  const number = counts[count.toLowerCase()] ?? count;
  if (Number(number) < 1 || Number(number) > 20) return undefined;
  const who = slugOf(role.replaceAll(/\b(?:other|different)\s+/gi, ''));
  return { approval: { role: singular(who), count: number } };
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
