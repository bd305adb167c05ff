import { systemClock } from '../../cli/run/system-clock.js';
import { Journal } from '../../journal/journal.js';
import { openStoreOfChild } from './open-store-of-child.js';

// Run as a process of its own: appends for ever, and says each sequence once it is durable.
const [opened = '', run = ''] = process.argv.slice(2);
const journal = await Journal.open(openStoreOfChild(opened), run, { clock: systemClock, by: 'child', token: 1 });
for (;;) {
  const { sequence } = await journal.append({ kind: 'noted', message: 'x'.repeat(500), evidence: { list: [1, 2, 3] } });
  process.stdout.write(`${sequence}\n`);
}
