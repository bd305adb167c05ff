import { LocalRig } from '../support/local-rig.js';

/** A sample of the boundaries that test/long/kill-real.test.ts goes through one by one. */
const sampled = [
  { append: 13, when: 'after', then: 'resume' },
  { append: 15, when: 'before', then: 'deploy' },
  { append: 21, when: 'before', then: 'rollback' },
  { append: 26, when: 'after', then: 'resume' },
  { append: 31, when: 'before', then: 'rollback' },
] as const;

describe('fault 1: a runner that is killed, with real processes, a real balancer and the real engine', function () {
  this.timeout(120_000);
  let rig: LocalRig;

  before(async () => {
    rig = await LocalRig.open();
  });

  after(() => rig.close());

  for (const { append, when, then } of sampled) {
    it(`leaves a run that ${then} ends well, no request lost: ${when} journal line ${append}`, async () => {
      await rig.deployAndDie(append, when);
      await rig.follow(then);
      await rig.check(`${when} line ${append}, then ${then}`);
    });
  }
});
