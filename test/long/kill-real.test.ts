import { expect } from 'chai';
import { LocalRig } from '../support/local-rig.js';

const followers = ['resume', 'rollback', 'deploy'] as const;

describe('fault 1: killing the runner at every journal boundary, with real parts', function () {
  this.timeout(5_400_000);
  let rig: LocalRig;

  before(async () => {
    rig = await LocalRig.open();
  });

  after(() => rig.close());

  it('leaves a run that anyone can finish, and loses no request', async () => {
    let killed = 0;
    for (let append = 0; ; append += 1) {
      let reached = false;
      for (const when of ['before', 'after'] as const) {
        const died = await rig.deployAndDie(append, when);
        reached ||= died;
        const then = followers[killed % followers.length] ?? 'resume';
        await rig.follow(then);
        await rig.check(`${when} line ${append}, then ${then}`);
        if (died) killed += 1;
      }
      if (!reached) break;
    }
    process.stdout.write(`      killed at ${killed} boundaries\n`);
    expect(killed).to.be.greaterThan(50);
  });
});
