import { describeKillPorts } from '../../support/aws/kill-ports-matrix.js';
import { MotoAws } from '../../support/aws/moto-aws.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryStore } from '../../support/memory-store.js';

/** Set to `all`: kills before and after every line of the journal: 118 kills, 32 with traffic split, in 22 minutes. */
const every = process.env['CROSSFADE_KILL_MOTO'] === 'all';

// The store is another matrix's, beside this one: kill-store.test.ts.
describeKillPorts('where traffic moves, on moto, by calls of the SDK', {
  async open() {
    const aws = await MotoAws.open(new FakeClock(0, '2026-01-01T12:00:00.000Z'));
    return { aws, store: new MemoryStore(), close: () => aws.close() };
  },
  // A deploy of hours on its clock is a thousand calls here: every day the fakes' matrix alone has every boundary.
  boundaries: every ? 'all' : 'moving',
  timeoutMilliseconds: every ? 3 * 3_600_000 : 1_800_000,
});
