import { expect } from 'chai';
import { describeLoss, lossOf, readAcknowledgement, unacknowledgedBecause, wordsFor } from '../../pipeline/loss.js';

const since = { seconds: 2_520, walBytes: 3_100_000, migrations: [], because: '2 tables were written to' };

describe('A loss', () => {
  it('counts rows over all tables, the most written first', () => {
    const loss = lossOf({
      ...since,
      tables: {
        'public.jobs': { inserted: 1, updated: 2, deleted: 3 },
        'public.orders': { inserted: 1_000, updated: 200, deleted: 28 },
      },
    });
    expect(loss.rows).to.equal(1_234);
    expect(loss.tables.map(({ name }) => name)).to.deep.equal(['public.orders', 'public.jobs']);
    expect(describeLoss(loss)).to.equal('1234 rows written in 2 tables, 42 min of writes, 3100 kB of write-ahead log');
    expect(wordsFor(loss)).to.equal('1234 rows');
  });

  it('says when it can not be counted', () => {
    const loss = lossOf({ ...since, tables: undefined, because: 'the counters began anew' });
    expect(describeLoss(loss)).to.match(/^rows that nobody can count \(the counters began anew\), 42 min/);
    expect(wordsFor(loss)).to.equal('unknown rows');
    expect(unacknowledgedBecause({ rows: null }, loss)).to.equal(undefined);
    expect(unacknowledgedBecause({ rows: 5 }, loss)).to.contain('no number fits it');
  });

  it('is acknowledged by its number, or by a little more', () => {
    const loss = { ...lossOf({ ...since, tables: {} }), rows: 2_000 };
    for (const rows of [2_000, 2_001, 2_200]) expect(unacknowledgedBecause({ rows }, loss)).to.equal(undefined);
    for (const rows of [0, 1_999, 2_201]) expect(unacknowledgedBecause({ rows }, loss)).to.be.a('string');
  });

  it('is typed as it was shown', () => {
    expect(readAcknowledgement('1234 rows')).to.deep.equal({ rows: 1_234 });
    expect(readAcknowledgement('1,234 rows')).to.deep.equal({ rows: 1_234 });
    expect(readAcknowledgement('1 row')).to.deep.equal({ rows: 1 });
    expect(readAcknowledgement('unknown rows')).to.deep.equal({ rows: null });
    for (const text of ['', '1234', 'all', 'rows', '-1 rows', '1e9 rows', '12,34 rows', '1234 rows!'])
      expect(readAcknowledgement(text), text).to.equal(undefined);
  });
});
