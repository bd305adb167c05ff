import { expect } from 'chai';
import { rowBounds, type Moment } from '../../../platforms/postgres/row-bounds.js';

describe('the rows that a backup must have', () => {
  it('lie between the counts before and after', () => {
    expect(rowBounds(moment({ orders: 10 }), moment({ orders: 15 }))).to.deep.equal({
      orders: { atLeast: 10, atMost: 15 },
    });
    expect(rowBounds(moment({ orders: 15 }), moment({ orders: 10 }))).to.deep.equal({
      orders: { atLeast: 10, atMost: 15 },
    });
  });

  it('reach beyond them by what came and went in between', () => {
    const before = moment({ jobs: 5 }, { jobs: { inserted: 100, updated: 7, deleted: 95 } });
    const after = moment({ jobs: 5 }, { jobs: { inserted: 103, updated: 9, deleted: 98 } });
    expect(rowBounds(before, after)).to.deep.equal({ jobs: { atLeast: 2, atMost: 8 } });
    expect(rowBounds(moment({ jobs: 1 }), after)).to.deep.equal({ jobs: { atLeast: 0, atMost: 108 } });
  });

  it('reach as far by what the table’s own sequence has given, which counters say later', () => {
    const given = (before: number, after: number): Moment => ({
      ...moment({}),
      counts: new Map([['jobs', { rows: 0, file: '1', given: { before, after } }]]),
    });
    expect(rowBounds(given(10, 11), given(13, 14))).to.deep.equal({ jobs: { atLeast: 0, atMost: 4 } });
    expect(rowBounds(given(10, 10), given(10, 10))).to.deep.equal({ jobs: { atLeast: 0, atMost: 0 } });
  });

  it('are told of tables that stood before and after', () => {
    expect(rowBounds(moment({ gone: 1, stays: 1 }), moment({ stays: 1, comes: 1 }))).to.have.keys('stays');
  });

  it('are not told of a table that was too large to count, rewritten or emptied', () => {
    expect(rowBounds(moment({ orders: undefined }), moment({ orders: 10 }))).to.deep.equal({ orders: null });
    expect(rowBounds(moment({ orders: 10 }, {}, '1'), moment({ orders: 10 }, {}, '2'))).to.deep.equal({ orders: null });
  });
});

function moment(rows: Record<string, number | undefined>, tables: Moment['mark']['tables'] = {}, file = '1'): Moment {
  const mark = { at: '2026-01-01T00:00:00Z', lsn: '0/0', systemIdentifier: '1', countersSince: 'x', tables };
  return { counts: new Map(Object.entries(rows).map(([name, count]) => [name, { rows: count, file }])), mark };
}
