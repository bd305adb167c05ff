import { expect } from 'chai';
import { PlatformError } from '../../../../contract/errors.js';
import { CommittedState } from '../../../../platforms/local/host/balancer/committed-state.js';
import type { BalancerState } from '../../../../platforms/local/host/balancer/state.js';
import { rejection } from '../../../support/rejection.js';
import { stateWith } from './state.js';

describe('The committed state', () => {
  let events: string[];
  let finish: ((error?: Error) => void)[];
  let committed: CommittedState;

  beforeEach(() => {
    events = [];
    finish = [];
    committed = new CommittedState({
      initial: stateWith(),
      write: (state) => {
        events.push(`write ${state.token}`);
        return new Promise((resolve, reject) => {
          finish.push((error) => (error === undefined ? resolve() : reject(error)));
        });
      },
      apply: (state) => events.push(`apply ${state.token}`),
      monotonic: () => 0,
      say: () => undefined,
    });
  });
  afterEach(() => committed.settled());

  const next = (state: BalancerState): BalancerState => ({ ...state, token: state.token + 1 });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('comes into force once it is written down', async () => {
    const change = committed.change(next);
    await turn();
    expect(events).to.deep.equal(['write 1']);
    expect(committed.current.token).to.equal(0);
    finish[0]?.();
    expect(await change).to.deep.include({ saved: true });
    expect(events).to.deep.equal(['write 1', 'apply 1']);
  });

  it('comes into force before that when it is urgent', async () => {
    const change = committed.change(next, () => true);
    await turn();
    expect(events).to.deep.equal(['apply 1', 'write 1']);
    finish[0]?.(new Error('ENOSPC'));
    expect(await change).to.deep.include({ saved: false });
    expect(committed.current.token).to.equal(1);
  });

  it('stays as it is when it can neither be written down nor is urgent', async () => {
    const change = committed.change(next);
    await turn();
    finish[0]?.(new Error('ENOSPC'));
    await rejection(change, PlatformError);
    expect([committed.current.token, committed.saved]).to.deep.equal([0, false]);
    expect(events).to.deep.equal(['write 1']);
  });

  it('makes one change after the other, each from what the one before left', async () => {
    const changes = [committed.change(next), committed.change(next), committed.change(next)];
    for (let written = 0; written < 3; written += 1) {
      await turn();
      finish[written]?.();
    }
    const states = (await Promise.all(changes)).map(({ state }) => state.token);
    expect(states).to.deep.equal([1, 2, 3]);
    expect(events).to.deep.equal(['write 1', 'apply 1', 'write 2', 'apply 2', 'write 3', 'apply 3']);
  });

  it('goes on after a change that was refused', async () => {
    const refusal = new Error('no');
    const refused = committed.change(() => {
      throw refusal;
    });
    expect(await rejection(refused)).to.equal(refusal);
    const change = committed.change(next);
    await turn();
    finish[0]?.();
    expect((await change).state.token).to.equal(1);
  });
});
