import { systemClock } from '../../cli/run/system-clock.js';
import { FolderStore } from '../../journal/folder-store.js';
import { Journal } from '../../journal/journal.js';

// Run as a process of its own: appends for ever, and says each sequence once it is durable.
const [folder = '', run = ''] = process.argv.slice(2);
const journal = await Journal.open(new FolderStore(folder), run, { clock: systemClock, by: 'child', token: 1 });
for (;;) {
  const { sequence } = await journal.append({ kind: 'noted', message: 'x'.repeat(500), evidence: { list: [1, 2, 3] } });
  process.stdout.write(`${sequence}\n`);
}
