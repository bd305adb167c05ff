import { describeWindow, type Announcement, type AnnouncementLine } from '../../contract/announcement.js';
import { ConfigurationError, exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { Message } from '../../contract/outbox.js';
import { parse } from '../../contract/parse.js';
import { versionSchema } from '../../contract/release.js';
import {
  addAnnouncement,
  announcementsOutbox,
  isAbout,
  readAnnouncements,
  standingAnnouncements,
  type NumberedAnnouncement,
  type Standing,
} from '../../journal/announcements.js';
import type { Letter } from '../../journal/outbox-state.js';
import { deliver } from '../../messages/deliver.js';
import { foreseenRefusals } from '../announcements/foreseen-refusals.js';
import { queueAnnouncements } from '../announcements/queue-announcements.js';
import { readMoment } from '../announcements/read-moment.js';
import { checklistOf } from '../checklist/checklist-of.js';
import { findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { identityOf } from '../identity-of.js';
import { announcementMessages } from '../messages/announcement-messages.js';
import { postOffice } from '../messages/post-office.js';
import { tellsOf } from '../messages/tells-of.js';
import { writtenIn } from '../messages/written-messages.js';
import { openStore } from '../open-store.js';
import { announceLines, type Announcing } from '../print/announce-lines.js';
import { print } from '../print/print.js';
import { readDurationOption } from '../read-duration-option.js';
import { systemClock } from '../run/system-clock.js';

/** What does not arrive within this time is sent by `crossfade tick`. Milliseconds. */
const sendsWithin = 20_000;
/** What was announced longer ago and never queued is old news. Milliseconds. */
const stillNews = 86_400_000;

export interface AnnounceOptions {
  /** When a run begins at the earliest; undefined only where it is called off. */
  readonly at: string | undefined;
  readonly lasts: string;
  readonly because: string;
  /** Take it back. */
  readonly cancel: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Says when a release comes: puts it on record, where the checklist's window looks for it, and tells who is to know. */
export async function announce(name: string | undefined, version: string, options: AnnounceOptions): Promise<ExitCode> {
  parse(versionSchema, version, 'version');
  const window = options.cancel ? undefined : windowOf(options);
  const place = await open(name);
  const lines = await readAnnouncements(place.store, place.name);
  const standing = standingAnnouncements(lines).find(({ line }) => line.version === version);
  const line = await lineOf(place, { version, window, standing, because: options.because });
  const checklist = await checklistOf(place);
  const warnings = line.kind === 'announced' ? foreseenRefusals(checklist, hopedFor(line)) : [];
  const known = { environment: place.name, line, standing: standing?.line, warnings };
  if (isSaid(line, standing)) return tell({ ...known, said: 'already', letters: [], messages: [] }, options);
  if (options.dryRun) {
    const next = { sequence: (lines.at(-1)?.sequence ?? -1) + 1, line };
    return tell({ ...known, said: 'not-yet', letters: [], messages: messagesOf(place, next, lines) }, options);
  }
  const sequence = await addAnnouncement(place.store, place.name, line);
  const letters = await send(place, { sequence, line });
  return tell({ ...known, said: 'now', letters, messages: [] }, options);
}

type Place = Awaited<ReturnType<typeof open>>;

async function open(name: string | undefined) {
  const found: FoundEnvironment = await findEnvironment(name);
  return { ...found, store: openStore(found), clock: systemClock, by: await identityOf(found.configuration) };
}

interface Window {
  readonly begins: string;
  readonly ends: string;
}

/** Throws ConfigurationError. */
function windowOf({ at, lasts }: AnnounceOptions): Window {
  if (at === undefined) throw new ConfigurationError('--at says when it begins, --cancel takes it back');
  const begins = readMoment('--at', at);
  if (begins.getTime() <= systemClock.now().getTime()) throw new ConfigurationError(`--at ${at} is over`);
  const length = readDurationOption('--lasts', lasts) ?? 0;
  if (length <= 0) throw new ConfigurationError(`--lasts ${lasts}: nothing can begin in no time`);
  return { begins: begins.toISOString(), ends: new Date(begins.getTime() + length).toISOString() };
}

/** Throws RefusedError where nothing stands that could be called off. */
async function lineOf(
  place: Place,
  said: {
    readonly version: string;
    readonly window: Window | undefined;
    readonly standing: Standing | undefined;
    readonly because: string;
  },
): Promise<AnnouncementLine> {
  const { version, window, standing, because } = said;
  const at = place.clock.now().toISOString();
  const common = { format: 1, version, by: place.by, because, at } as const;
  if (window !== undefined) return { ...common, kind: 'announced', tells: await tellsNow(place), ...window };
  if (standing === undefined) {
    throw new RefusedError(`nothing stands announced of ${version} in ${place.name}`, {
      hint: `'crossfade status ${place.name}' shows what does`,
    });
  }
  // Whoever was told that it comes is told that it does not.
  return { ...common, kind: 'called-off', tells: standing.line.tells };
}

async function tellsNow(place: Place) {
  const written = writtenIn(await checklistOf(place));
  return tellsOf(place.configuration.notify, written).filter(({ moment }) => moment === 'announced');
}

/** As if everybody had been told. */
function hopedFor({ version, by, at, begins, ends }: Extract<AnnouncementLine, { kind: 'announced' }>): Announcement {
  return { version, by, at, begins, ends, told: [], untold: [] };
}

function isSaid(line: AnnouncementLine, standing: Standing | undefined): boolean {
  if (line.kind !== 'announced' || standing === undefined) return false;
  return standing.line.begins === line.begins && standing.line.ends === line.ends;
}

function messagesOf(
  { name, configuration }: Place,
  numbered: NumberedAnnouncement,
  earlier: readonly NumberedAnnouncement[],
): Message[] {
  return announcementMessages(numbered, earlier, { environment: name, product: configuration.product });
}

/** What became of each message, within the time that a person waits for it. */
async function send(place: Place, { sequence, line }: NumberedAnnouncement): Promise<readonly Letter[]> {
  await queueAnnouncements(place, new Date(place.clock.now().getTime() - stillNews));
  const outbox = announcementsOutbox(line);
  const { letters } = await deliver({ ...postOffice(place), outbox, signal: AbortSignal.timeout(sendsWithin) });
  return letters.filter(({ message }) => isAbout(message, sequence));
}

function tell(announcing: Announcing, { json }: Pick<AnnounceOptions, 'json'>): ExitCode {
  const { environment, line, said, letters, messages, warnings } = announcing;
  const window = line.kind === 'announced' ? { begins: line.begins, ends: line.ends } : undefined;
  const data = {
    environment,
    version: line.version,
    announced: line.kind === 'announced',
    ...(window ? { ...window, window: describeWindow(window) } : {}),
    said,
    told: letters.flatMap(({ message, status }) => (status === 'delivered' ? [message.receiver] : [])),
    untold: letters.flatMap(({ message, status, says = 'not tried yet' }) =>
      status === 'delivered' ? [] : [{ receiver: message.receiver, because: says }],
    ),
    messages: messages.map(({ receiver, text }) => ({ receiver, text })),
    warnings,
  };
  print(json, data, () => announceLines(announcing));
  return exitCodes.done;
}
