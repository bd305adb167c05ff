import { describeWindow, type AnnouncementLine } from '../../contract/announcement.js';
import { messageFacts, type MessageFact } from '../../contract/message-facts.js';
import type { Message } from '../../contract/outbox.js';
import { announcementId, type NumberedAnnouncement } from '../../journal/announcements.js';
import type { Facts } from './facts-of.js';
import { fill } from './fill.js';
import { plainFact } from './plain-fact.js';
import { usualWords } from './usual-words.js';
import { withOrdinal } from './with-ordinal.js';

/** Nobody's own words speak of an announcement that is taken back. */
const calledOff = `{{environment}}: {{product}} {{version}} is called off, it was planned for {{window}}
{{because}}
called off by {{requestedBy}}`;

/**
 * All that is to be told of one line of the announcements, with the same ids whoever asks and whenever, so that whoever
 * comes after a crash tells what is missing. Pure.
 */
export function announcementMessages(
  { sequence, line }: NumberedAnnouncement,
  earlier: readonly NumberedAnnouncement[],
  { environment, product }: { readonly environment: string; readonly product: string },
): Message[] {
  const facts = factsOf(line, standingBefore(line, earlier), environment, product);
  return line.tells.map(({ receiver, severity, template = usualWords.announced }, index) => ({
    id: withOrdinal(announcementId(sequence), line.tells, index),
    moment: 'announced',
    severity,
    receiver,
    environment,
    run: null,
    ...fill(line.kind === 'announced' ? template : calledOff, facts),
    facts,
  }));
}

type Announced = Extract<AnnouncementLine, { kind: 'announced' }>;

function standingBefore(line: AnnouncementLine, earlier: readonly NumberedAnnouncement[]): Announced | undefined {
  const before = earlier.findLast((each) => each.line.version === line.version)?.line;
  return before?.kind === 'announced' ? before : undefined;
}

function factsOf(line: AnnouncementLine, before: Announced | undefined, environment: string, product: string): Facts {
  const { because, version, by } = line;
  const known: Partial<Record<MessageFact, string>> = {
    action: 'deploy',
    because,
    environment,
    next: `'crossfade status ${environment}' shows what is announced`,
    product,
    report: `crossfade status ${environment}`,
    requestedBy: by,
    version,
    window: windowText(line, before),
  };
  return Object.fromEntries(messageFacts.map((name) => [name, plainFact(known[name] ?? '')])) as Facts;
}

function windowText(line: AnnouncementLine, before: Announced | undefined): string {
  if (line.kind === 'called-off') return before === undefined ? '' : describeWindow(before);
  const moved = before !== undefined && (before.begins !== line.begins || before.ends !== line.ends);
  return `${describeWindow(line)}${moved ? `, moved from ${describeWindow(before)}` : ''}`;
}
