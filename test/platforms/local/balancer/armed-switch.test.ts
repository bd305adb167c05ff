import { expect } from 'chai';
import { armedSwitch } from '../../../../platforms/local/host/balancer/armed-switch.js';
import { CommittedState } from '../../../../platforms/local/host/balancer/committed-state.js';
import type { DeadlineWatch } from '../../../../platforms/local/host/balancer/deadline-watch.js';
import { RemainingFile } from '../../../../platforms/local/host/balancer/remaining-file.js';
import { armSwitch } from '../../../../platforms/local/host/balancer/switch-changes.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { allBlue, half } from './bench.js';
import { openRoute, stateWith } from './state.js';

const arming = { run: 'run-1', returnTo: allBlue, token: 3, deadlineMilliseconds: 100 };

describe('The armed switch', () => {
  const folder = temporaryFolder();
  let now: number;
  let writes: (() => void)[];
  let committed: CommittedState;
  let watch: DeadlineWatch;

  beforeEach(() => {
    now = 0;
    writes = [];
    const say = (): void => undefined;
    const monotonic = (): number => now;
    committed = new CommittedState({
      initial: armSwitch(stateWith({ token: 3, routes: { api: openRoute('/', half) } }), arming),
      write: () => new Promise((resolve) => writes.push(resolve)),
      apply: () => watch.look(),
      monotonic,
      say,
    });
    watch = armedSwitch({ committed, remaining: new RemainingFile(folder.path, 'switch'), monotonic, say });
  });
  afterEach(() => watch.stop());

  /** Lets every write that is asked for, now or in consequence, succeed. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) {
      for (const write of writes.splice(0)) write();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('fires once its time is over on the monotonic clock, not before', async () => {
    now = 99;
    watch.look();
    await settle();
    expect(committed.current.fired).to.equal(null);
    now = 100;
    watch.look();
    await settle();
    expect(committed.current.fired?.token).to.equal(4);
    expect(committed.current.routes['api']?.weights).to.deep.equal(allBlue);
  });

  it('does not fire when an arming that moves its deadline is being written at that moment', async () => {
    const moved = committed.change((state) => armSwitch(state, { ...arming, deadlineMilliseconds: 10_000 }));
    await new Promise((resolve) => setImmediate(resolve));
    now = 100;
    watch.look();
    await settle();
    await moved;
    expect(committed.current.fired).to.equal(null);
    expect(committed.current.armed?.remainingMilliseconds).to.equal(9_900);
  });
});
