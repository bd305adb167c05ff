import { expect } from 'chai';
import { FencedError, StoreError } from '../../../contract/errors.js';
import { leaseFence } from '../../../platforms/aws/lease-fence.js';
import { rejection } from '../../support/rejection.js';

describe('leaseFence', () => {
  let given: () => Promise<number>;
  let asked: number;
  let fence: ReturnType<typeof leaseFence>;
  beforeEach(() => {
    given = () => Promise.resolve(4);
    asked = 0;
    fence = leaseFence({
      highest: () => {
        asked += 1;
        return given();
      },
    });
  });

  it('asks the store each time that it is asked now', async () => {
    await fence.admit(4, 'now');
    await fence.admit(4, 'now');
    expect(asked).to.equal(2);
  });

  it('fault 13: keeps a runner out that was taken over', async () => {
    await fence.admit(4, 'now');
    given = () => Promise.resolve(5);
    const error = await rejection(fence.admit(4, 'now'), FencedError);
    expect(error.message).to.match(/token 5 was given out after 4/);
    await rejection(fence.admit(4, 'lately'), FencedError);
  });

  it('asks nothing on the way back, and is not stopped there by a store that fails', async () => {
    given = () => Promise.reject(new StoreError('the store is away'));
    await fence.admit(4, 'lately');
    expect(asked).to.equal(0);
    await rejection(fence.admit(4, 'now'), StoreError);
  });
});
