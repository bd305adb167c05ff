import { expect } from 'chai';
import { compareContents } from '../../../platforms/postgres/compare-contents.js';
import type { Contents } from '../../../platforms/postgres/contents.js';

const contents: Contents = {
  checksums: { 'public.orders': 'aa', 'public.jobs': 'bb' },
  extensions: { plpgsql: '1.0', citext: '1.6' },
  sequences: { 'public.orders_id_seq': '10', 'public.jobs_id_seq': null },
  owners: { 'schema public': 'owner', 'public.orders': 'owner' },
};

describe('comparing what was restored', () => {
  const wrong = (found: Partial<Contents>, after: Partial<Contents> = {}): readonly string[] =>
    compareContents({ before: contents, after: { ...contents, ...after } }, { ...contents, ...found }).wrong;

  it('finds nothing in the same', () => {
    expect(compareContents({ before: contents, after: contents }, contents)).to.deep.equal({
      wrong: [],
      checksums: 2,
      sequences: 2,
      owners: 2,
      extensions: 2,
    });
  });

  it('names what is missing or another one, one by one', () => {
    expect(wrong({ checksums: { 'public.orders': 'cc', 'public.jobs': 'bb' } })).to.deep.equal([
      'public.orders has other rows than it had',
    ]);
    expect(wrong({ owners: { 'schema public': 'owner', 'public.orders': 'root' } })).to.deep.equal([
      'public.orders belongs to root, not to owner',
    ]);
    expect(wrong({ extensions: { plpgsql: '1.0' } })).to.deep.equal(['the extension citext is missing']);
    expect(wrong({ sequences: { 'public.jobs_id_seq': null } })).to.deep.equal([
      'sequence public.orders_id_seq is missing',
    ]);
  });

  it('compares only what did not change while the backup was taken, and sequences in between', () => {
    const after = {
      checksums: { 'public.orders': 'dd', 'public.jobs': 'bb' },
      sequences: { 'public.orders_id_seq': '20', 'public.jobs_id_seq': '3' },
    };
    expect(wrong({ checksums: { 'public.orders': 'x', 'public.jobs': 'bb' } }, after)).to.deep.equal([]);
    for (const value of ['10', '15', '20'])
      expect(wrong({ sequences: { 'public.orders_id_seq': value, 'public.jobs_id_seq': '2' } }, after)).to.deep.equal(
        [],
      );
    expect(wrong({ sequences: { 'public.orders_id_seq': '9', 'public.jobs_id_seq': null } }, after)).to.deep.equal([
      'sequence public.orders_id_seq stands at 9, not at 10 to 20',
    ]);
  });

  it('lets a sequence stand beyond the two as far as a recovery takes it, in its own direction', () => {
    const around = { before: contents, after: contents };
    const at = (value: string, beyond: number): readonly string[] =>
      compareContents(
        around,
        { ...contents, sequences: { ...contents.sequences, 'public.orders_id_seq': value } },
        { 'public.orders_id_seq': beyond },
      ).wrong;
    expect(at('43', 33)).to.deep.equal([]);
    expect(at('-23', -33)).to.deep.equal([]);
    for (const [value, beyond] of [
      ['44', 33],
      ['9', 33],
      ['11', -33],
      ['-24', -33],
    ] as const)
      expect(at(value, beyond)).to.have.length(1);
  });

  it('takes another version of an extension, as a server brings it', () => {
    expect(wrong({ extensions: { plpgsql: '1.0', citext: '1.7' } })).to.deep.equal([]);
  });
});
