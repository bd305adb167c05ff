import { expect } from 'chai';
import type { Event } from '../../../contract/event.js';
import { momentsOf } from '../../../cli/report/moments.js';
import { journals } from '../../support/journals.js';

function titles(events: readonly Event[]): string[] {
  const first = events[0]!.body;
  if (first.kind !== 'planned') throw new Error('no plan');
  return momentsOf(first.plan, events).map(({ title }) => title);
}

describe('momentsOf', () => {
  it('tells a deploy by its shares and verdicts', async () => {
    expect(titles(await journals.completed())).to.deep.equal([
      'Planned',
      'Traffic moved',
      'Judge green at 10 %: yes',
      'Traffic moved',
      'Judge green at 50 %: yes',
      'Traffic moved',
      'Watch green with all the traffic: yes',
      'Completed',
    ]);
  });

  it('tells a rollback by its verdict, its decision and the way back, and its reason once', async () => {
    const events = await journals.rolledBack();
    expect(titles(events)).to.deep.equal([
      'Planned',
      'Traffic moved',
      'Judge green at 10 %: no',
      'Decided to go back, by ada',
      'Traffic put back',
      'Rolled back',
    ]);
    const first = events[0]!.body;
    const reasons = first.kind === 'planned' ? momentsOf(first.plan, events).map(({ because }) => because) : [];
    expect(reasons.filter((because) => because.includes('error rate'))).to.have.length(1);
    expect(reasons[4]).to.match(/^blue 100 % \/ green 0 %, in \d+ ms$/);
  });

  it('tells what a gate refused, and who waived it', async () => {
    const refused = 'Gate: required settings are present';
    expect(titles(await journals.refused())).to.deep.equal(['Planned', refused, 'Refused']);
    expect(titles(await journals.waived()).slice(1, 3)).to.deep.equal([
      refused,
      'Gate waived: required settings are present',
    ]);
  });

  it('tells of a killed runner that it was resumed, or that the platform went back by itself', async () => {
    expect(titles(await journals.resumed()))
      .to.include('Resumed')
      .and.include('Completed');
    expect(titles(await journals.fired()).slice(-4)).to.deep.equal([
      "Dead-man's switch fired",
      "Decided to go back, by dead-man's switch",
      'Traffic put back',
      'Rolled back',
    ]);
  });
});
