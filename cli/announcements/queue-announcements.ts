import { announcementsOutbox, readAnnouncements } from '../../journal/announcements.js';
import { queueMessages } from '../../journal/outbox.js';
import { announcementMessages } from '../messages/announcement-messages.js';
import type { OpenEnvironment } from '../open-environment.js';

type Place = Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'configuration'>;

/** Queues what lines since then have to tell, each once: also what a process that died has not. Throws StoreError. */
export async function queueAnnouncements(
  { store, name, clock, configuration: { product } }: Place,
  since: Date,
): Promise<void> {
  const lines = await readAnnouncements(store, name);
  for (const [index, each] of lines.entries()) {
    if (each.line.tells.length === 0 || Date.parse(each.line.at) < since.getTime()) continue;
    const messages = announcementMessages(each, lines.slice(0, index), { environment: name, product });
    await queueMessages(store, name, announcementsOutbox(each.line), messages, clock.now());
  }
}
