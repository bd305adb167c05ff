import { announcementLineSchema, type Announcement, type AnnouncementLine } from '../contract/announcement.js';
import type { Message } from '../contract/outbox.js';
import { appendLine } from './append-line.js';
import { readOutbox } from './outbox.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

export interface NumberedAnnouncement {
  readonly sequence: number;
  readonly line: AnnouncementLine;
}

/** Oldest first. Throws StoreError and IntegrityError. */
export async function readAnnouncements(store: Store, environment: string): Promise<readonly NumberedAnnouncement[]> {
  const stream = streamOf(environment);
  const { records, torn } = await store.read(stream);
  // A line that a crash has cut off was never said.
  if (torn !== undefined) await store.mend(stream);
  return records.map(({ sequence, text }) => ({
    sequence,
    line: parseRecord(announcementLineSchema, text, `${stream}, line ${sequence} in ${store.place}`),
  }));
}

/** Durable once resolved; its sequence. Throws StoreError. */
export async function addAnnouncement(store: Store, environment: string, line: AnnouncementLine): Promise<number> {
  return appendLine(store, streamOf(environment), line);
}

/** What was said last of each version, where that was not called off; by when it begins. */
export function standingAnnouncements(lines: readonly NumberedAnnouncement[]): Standing[] {
  const newest = new Map(lines.map((each) => [each.line.version, each] as const));
  return [...newest.values()]
    .flatMap(({ sequence, line }) => (line.kind === 'announced' ? [{ sequence, line }] : []))
    .sort((one, other) => Date.parse(one.line.begins) - Date.parse(other.line.begins));
}

export interface Standing {
  readonly sequence: number;
  readonly line: Extract<AnnouncementLine, { kind: 'announced' }>;
}

/** Undefined: nobody has announced this version here, or it was called off. */
export async function announcementOf(
  store: Store,
  environment: string,
  version: string,
): Promise<Announcement | undefined> {
  const found = standingAnnouncements(await readAnnouncements(store, environment)).find(
    ({ line }) => line.version === version,
  );
  if (found === undefined) return undefined;
  const { by, at, begins, ends, tells } = found.line;
  const { letters } = await readOutbox(store, environment, announcementsOutbox(found.line));
  const told = letters.flatMap(({ message, status }) =>
    isAbout(message, found.sequence) && status === 'delivered' ? [message.receiver] : [],
  );
  const receivers = [...new Set(tells.map(({ receiver }) => receiver))];
  return {
    version,
    by,
    at,
    begins,
    ends,
    told: receivers.filter((receiver) => told.includes(receiver)),
    untold: receivers.filter((receiver) => !told.includes(receiver)),
  };
}

/** Of the messages about one line. */
export function announcementId(sequence: number): string {
  return `announced-${sequence}`;
}

/** Whether a message is one about this line. */
export function isAbout({ id }: Pick<Message, 'id'>, sequence: number): boolean {
  return id.split('.')[0] === announcementId(sequence);
}

/** An outbox a day: it holds a limited number of messages, and is read as a whole. */
export function announcementsOutbox({ at }: Pick<AnnouncementLine, 'at'>): string {
  return `announcements-${at.slice(0, 10).replaceAll('-', '')}`;
}

function streamOf(environment: string): string {
  return `announcements/${environment}`;
}
