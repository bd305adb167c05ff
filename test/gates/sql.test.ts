import { expect } from 'chai';
import { PlatformError } from '../../contract/errors.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { withLive } from '../support/fake-run.js';
import { GateQuestion } from '../support/gate-question.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';

describe('a query of the checklist', () => {
  const question = new GateQuestion(() => '/');
  let platform: Platform;

  before(async () => {
    ({ platform } = await withLive(someRelease('1.0.0')));
  });
  const ask = (rows: readonly (string | null)[] | Error, expected: Record<string, unknown> = {}) => {
    const { database } = platform;
    if (!database) throw new Error('the fake platform has no database');
    const askRows = () =>
      rows instanceof Error ? Promise.reject(rows) : Promise.resolve(rows.map((value) => [value]));
    question.platform = { ...platform, database: { ...database, askRows } };
    return question.ask({ kind: 'sql', query: 'select …', ...expected });
  };

  it('answers by its one value, by its rows, or by being something at all', async () => {
    expect((await ask(['3'], { equals: '3' })).answer).to.equal('yes');
    expect(await ask(['2'], { equals: '3' })).to.include({ answer: 'no', because: 'the database says 2, expected 3' });
    expect((await ask(['a', 'b'], { rows: ['a', 'b'] })).answer).to.equal('yes');
    expect((await ask(['b', 'a'], { rows: ['a', 'b'] })).answer).to.equal('no');
    expect((await ask(['17'])).answer).to.equal('yes');
    for (const nothing of [[], [null], ['0'], ['f']]) expect((await ask(nothing)).answer).to.equal('no');
  });

  it('keeps every value beside the record where nothing says what is right', async () => {
    const { database } = platform;
    if (!database) throw new Error('the fake platform has no database');
    const askRows = () =>
      Promise.resolve([
        ['17', 'a query\nof two lines'],
        ['3', null],
      ]);
    question.platform = { ...platform, database: { ...database, askRows } };
    const { answer, evidence } = await question.ask({ kind: 'sql', query: 'select …' });
    expect(answer).to.equal('yes');
    expect(evidence).to.have.property('output');
    expect([...question.attachments.values()]).to.deep.equal(['17\ta query of two lines\n3\tNULL\n']);
  });

  it('is unknown without a database, and where it does not answer', async () => {
    expect(await rejection(ask(new PlatformError('gone')))).to.be.instanceOf(PlatformError);
    const { database: _none, ...without } = platform;
    question.platform = without;
    expect((await question.ask({ kind: 'sql', query: 'select 1' })).answer).to.equal('unknown');
  });
});
