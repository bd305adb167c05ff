import { expect } from 'chai';
import { neededBySlots } from '../../contract/needed-by-slots.js';
import { retention, type RetainedBackup } from '../../contract/retention.js';
import { SeededRandom } from '../support/seeded-random.js';

const backup = (name: string, day: number, good = true): RetainedBackup => ({
  name,
  createdAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  good,
});
const six = [1, 2, 3, 4, 5, 6].map((day) => backup(`b-${day}`, day));

describe('which backups go', () => {
  it('are the oldest beyond the number to keep, and none that is needed', () => {
    expect(retention(six, 3, []).goes).to.deep.equal(['b-1', 'b-2', 'b-3']);
    const needed = [
      { name: 'b-2', because: 'a slot' },
      { name: 'b-6', because: 'a run' },
    ];
    const { goes, stays } = retention(six.toReversed(), 3, needed);
    expect(goes).to.deep.equal(['b-1', 'b-3']);
    expect(stays).to.deep.equal([
      { name: 'b-6', because: '0 of 3 to keep are newer' },
      { name: 'b-5', because: '1 of 3 to keep are newer' },
      { name: 'b-4', because: '2 of 3 to keep are newer' },
      { name: 'b-2', because: 'a slot' },
    ]);
  });

  it('are none while there are no more than to keep', () => {
    expect(retention(six, 6, []).goes).to.deep.equal([]);
    expect(retention([], 1, [])).to.deep.equal({ goes: [], stays: [] });
  });

  it('are no good ones because of one that is not good, which goes once good ones are newer', () => {
    const all = [backup('bad', 1, false), backup('a', 2), backup('b', 3), backup('worse', 4, false)];
    expect(retention(all, 2, []).goes).to.deep.equal(['bad']);
    expect(retention(all, 3, []).goes).to.deep.equal([]);
  });

  it('are none that are as old as one that stays', () => {
    expect(retention([backup('a', 1), backup('b', 1), backup('c', 1)], 1, []).goes).to.deep.equal([]);
  });

  it('never are one of the newest good ones or a needed one, whatever there is', () => {
    const random = new SeededRandom(7);
    const below = (bound: number): number => Math.floor(random.next() * bound);
    for (let times = 0; times < 500; times += 1) {
      const all = Array.from({ length: below(12) }, (_, index) => backup(`b-${index}`, 1 + below(9), below(3) > 0));
      const keep = 1 + below(4);
      const needed = all.filter(() => below(5) === 0).map(({ name }) => ({ name, because: 'a slot' }));
      const { goes, stays } = retention(all, keep, needed);
      expect([...goes, ...stays.map(({ name }) => name)]).to.have.members(all.map(({ name }) => name));
      expect(goes.filter((name) => needed.some((each) => each.name === name))).to.deep.equal([]);
      const left = all.filter(({ name, good }) => good && !goes.includes(name));
      expect(left.length).to.be.at.least(Math.min(keep, all.filter(({ good }) => good).length));
      expect(
        retention(
          all.filter(({ name }) => !goes.includes(name)),
          keep,
          needed,
        ).goes,
        'again',
      ).to.deep.equal([]);
    }
  });
});

describe('backups that slots need', () => {
  it('are those from before the runs that put there what stands', () => {
    expect(neededBySlots({ blue: undefined, green: undefined })).to.deep.equal([]);
    expect(neededBySlots({ blue: { run: 'run-1' }, green: undefined })).to.deep.equal([
      { name: 'before-run-1', because: 'blue stands since run run-1, which took it' },
    ]);
  });
});
