import { FakeAws } from '../../support/aws/fake-aws.js';
import { describeKillPorts } from '../../support/aws/kill-ports-matrix.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryStore } from '../../support/memory-store.js';

describeKillPorts("on fakes of AWS's services that keep state", {
  open: () =>
    Promise.resolve({
      aws: new FakeAws(new FakeClock(0, '2026-01-01T12:00:00.000Z')),
      store: new MemoryStore(),
      close: () => Promise.resolve(),
    }),
  boundaries: 'all',
  timeoutMilliseconds: 1_200_000,
});
