import { createInterface } from 'node:readline';
import { systemClock } from '../../cli/run/system-clock.js';
import { OperatorError } from '../../contract/errors.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import type { LeaseKeeper } from '../../journal/lease-keeper.js';
import { openStoreOfChild } from './open-store-of-child.js';

// Run as a process of its own: asks for the lease on behalf of each run named, says what became of each, then checks
// or releases what it got as it is told.
const [opened = '', runs = '', term = '10000'] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
let held: LeaseKeeper | undefined;

async function attempt(work: () => Promise<object>): Promise<void> {
  try {
    say(await work());
  } catch (error) {
    say({ code: error instanceof OperatorError ? error.code : String(error) });
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const keeper = held;
  if (!keeper) return;
  if (line === 'check') void attempt(() => keeper.check().then(() => ({ checked: keeper.token })));
  if (line === 'release') void attempt(() => keeper.release().then((released) => ({ released })));
});

await Promise.all(
  runs.split(',').map((run) =>
    attempt(async () => {
      const options = { environment: 'local', run, by: 'ada', clock: systemClock, term: Number(term) };
      held = await acquireLease(openStoreOfChild(opened), options);
      return { token: held.token };
    }),
  ),
);
