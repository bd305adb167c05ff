import { expect } from 'chai';
import { FencedError } from '../../../contract/errors.js';
import { leaseFence } from '../../../platforms/aws/lease-fence.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

describe('leaseFence', () => {
  let given: number;
  let asked: number;
  let clock: LeapingClock;
  let fence: ReturnType<typeof leaseFence>;
  beforeEach(() => {
    given = 4;
    asked = 0;
    clock = new LeapingClock();
    const highest = () => {
      asked += 1;
      return Promise.resolve(given);
    };
    fence = leaseFence({ highest, clock, term: 15_000 });
  });

  it('asks the store each time that it is asked now', async () => {
    await fence.admit(4, 'now');
    await fence.admit(4, 'now');
    expect(asked).to.equal(2);
  });

  it('asks nothing on the way back within the term of a confirmed lease', async () => {
    await fence.admit(4, 'now');
    clock.leap(14_000);
    await fence.admit(4, 'lately');
    expect(asked).to.equal(1);
  });

  it('fault 13: asks a runner that slept longer than the term, and keeps it out when it was taken over', async () => {
    await fence.admit(4, 'now');
    clock.leap(60_000);
    given = 5;
    const error = await rejection(fence.admit(4, 'lately'), FencedError);
    expect(error.message).to.match(/token 5 was given out after 4/);
  });

  it('asks for a token that it has not seen before', async () => {
    await fence.admit(4, 'now');
    given = 5;
    await fence.admit(5, 'lately');
    expect(asked).to.equal(2);
  });
});
