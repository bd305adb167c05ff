import { expect } from 'chai';
import { RunLog } from '../../demo/run-log.js';
import { journals } from '../support/journals.js';

describe('RunLog', () => {
  it('tells which shares a slot was given', async () => {
    expect(new RunLog('run', await journals.completed()).shares()).to.deep.equal([10, 50, 100]);
    expect(new RunLog('run', await journals.rolledBack()).shares()).to.deep.equal([10]);
    expect(new RunLog('run', await journals.neverHealthy()).shares()).to.deep.equal([]);
  });

  it('counts what happened to a step, and finds the last of a kind with its time', async () => {
    const log = new RunLog('run', await journals.rolledBack());
    expect(log.count('passed', 'provision')).to.equal(1);
    expect(log.count('began', 'shift-50')).to.equal(0);
    expect(log.last('ended')).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(log.last('turned')?.at).to.be.at.most(log.last('ended')!.at);
    expect(log.last('fired')).to.equal(undefined);
  });
});
