import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readPlainFlow } from '../../checklist/read/plain-flow.js';

const characters = fc.constantFrom(...Array.from('ab1 :,{}[]-./%#&*?|>"\'_\n'));

describe('the plain form of an annotation', () => {
  it('is read as YAML reads it, or not at all', () => {
    const key = fc.constantFrom('id', 'role', 'of', 'a-b');
    const text = fc.oneof(
      fc.constantFrom(
        'below 1%',
        'GET /health',
        '24h',
        'true',
        'null',
        '1.10',
        'a',
        '- a',
        'a: b',
        'a #b',
        '-',
        '/x/',
        'x-',
      ),
      fc.string({ unit: characters, maxLength: 8 }),
    );
    const list = fc.array(text, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
    const pair = (value: fc.Arbitrary<string>) => fc.tuple(key, value).map(([name, said]) => `${name}: ${said}`);
    const map = (value: fc.Arbitrary<string>) =>
      fc.array(pair(value), { minLength: 1, maxLength: 3 }).map((pairs) => pairs.join(', '));
    const said = map(
      fc.oneof(
        text,
        list,
        map(fc.oneof(text, list)).map((inner) => `{${inner}}`),
      ),
    );
    let read = 0;
    fc.assert(
      fc.property(said, (one) => {
        const plain = readPlainFlow(one);
        if (plain === undefined) return;
        read += 1;
        expect(plain).to.deep.equal(parse(`{${one}}`, { schema: 'failsafe' }));
      }),
      { numRuns: 3_000, seed: 20261126 },
    );
    expect(read).to.be.greaterThan(200);
  });
});
