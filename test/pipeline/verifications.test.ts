import { expect } from 'chai';
import type { Expectation } from '../../contract/verification.js';
import { verificationSchema } from '../../contract/verification.js';
import { judgeAnswer, type Rows } from '../../pipeline/verifications/judge-answer.js';
import { verify } from '../../pipeline/verifications/verify.js';

const column = (...values: (string | null)[]): Rows => values.map((value) => [value]);

describe('What a verification expects', () => {
  const cases: [string, Expectation, Rows, string | null | undefined, 'yes' | 'no' | 'unknown', RegExp][] = [
    ['as many rows', { rows: 2 }, column('a', 'b'), undefined, 'yes', /2 rows/],
    ['as many rows', { rows: 2 }, column('a'), undefined, 'no', /1 rows, expected at least 2 and at most 2/],
    ['rows within a range', { rows: { atMost: 0 } }, column('a'), undefined, 'no', /1 rows, expected at most 0/],
    ['a text', { scalar: 't' }, column('t'), undefined, 'yes', /t/],
    ['a text', { scalar: 't' }, column('f'), undefined, 'no', /expected t, the database says f/],
    ['nothing', { scalar: null }, [], undefined, 'yes', /nothing/],
    ['a number in a range', { scalar: { atLeast: 3 } }, column('3.5'), undefined, 'yes', /3\.5/],
    ['a number in a range', { scalar: { atLeast: 3 } }, column('many'), undefined, 'no', /expected a number/],
    ['a number in a range', { scalar: { atLeast: 0 } }, column(null), undefined, 'no', /expected a number/],
    ['a set, in any order', { set: ['a', 'b'] }, column('b', 'a'), undefined, 'yes', /exactly a, b/],
    ['a set', { set: ['a', 'b'] }, column('a', 'c'), undefined, 'no', /missing b; too much c/],
    ['a set, each once', { set: ['a'] }, column('a', 'a'), undefined, 'no', /too much a/],
    ['a set without nulls', { set: ['a'] }, column('a', null), undefined, 'no', /too much nothing/],
    ['as before', { percentOfBefore: { atLeast: 100, atMost: 100 } }, column('50'), '50', 'yes', /50 before, 50 now/],
    ['at least half', { percentOfBefore: { atLeast: 50 } }, column('20'), '50', 'no', /40 % of before/],
    ['nothing grown from nothing', { percentOfBefore: { atMost: 200 } }, column('1'), '0', 'no', /Infinity/],
    ['nothing from nothing', { percentOfBefore: { atLeast: 100 } }, column('0'), '0', 'yes', /100 %/],
    ['a comparison', { percentOfBefore: { atLeast: 1 } }, column('1'), undefined, 'unknown', /not asked before/],
  ];
  for (const [what, expected, rows, before, answer, because] of cases) {
    it(`${what}: ${answer} for ${JSON.stringify(rows)}`, () => {
      const verdict = judgeAnswer(expected, rows, before);
      expect(verdict.answer).to.equal(answer);
      expect(verdict.because).to.match(because);
    });
  }
});

describe('A verification in a release', () => {
  it('is still what it was before there was more than equality', async () => {
    const earlier = verificationSchema.parse({ name: 'n', sql: 'select 1', equals: '1' });
    expect(await verify(earlier, {}, () => Promise.resolve([['1']]))).to.have.property('answer', 'yes');
    expect(await verify(earlier, {}, () => Promise.resolve([['2']]))).to.include({
      answer: 'no',
      because: 'expected 1, the database says 2',
    });
  });

  const refused: [string, object][] = [
    ['two expectations', { name: 'n', sql: 'select 1', equals: '1', expect: { rows: 1 } }],
    ['none', { name: 'n', sql: 'select 1' }],
    ['a range that holds nothing', { name: 'n', sql: 'select 1', expect: { rows: { atLeast: 2, atMost: 1 } } }],
    ['an empty range', { name: 'n', sql: 'select 1', expect: { scalar: {} } }],
    [
      'a table that is more than a name',
      { name: 'n', check: { kind: 'row-count', table: 'a"; drop table b; --', rows: { atLeast: 1 } } },
    ],
    ['a table in too many parts', { name: 'n', check: { kind: 'table-size', table: 'a.b.c', bytes: { atMost: 1 } } }],
    ['a check that nobody knows', { name: 'n', check: { kind: 'luck' } }],
  ];
  for (const [what, value] of refused) {
    it(`is refused with ${what}`, () => {
      expect(verificationSchema.safeParse(value).success).to.equal(false);
    });
  }
});
