import { expect } from 'chai';
import fc from 'fast-check';
import { readPolicy } from '../../../pipeline/preview/policy-document.js';
import { matches, widerPolicy } from '../../../pipeline/preview/wider-policy.js';

type Statement = Readonly<Record<string, unknown>>;

function wider(before: readonly Statement[], after: readonly Statement[]): string[] {
  const read = (Statement: readonly Statement[]) => readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }))!;
  return widerPolicy(read(before), read(after));
}

const get = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop/*' };
const vpc = { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } };

describe('two policy documents', () => {
  it('are equally wide in whatever order and form they are written', () => {
    expect(wider([get], [{ ...get, Action: ['s3:getobject'], Resource: ['arn:aws:s3:::shop/*'] }])).to.deep.equal([]);
  });

  const cases: readonly [string, Statement[], Statement[], RegExp][] = [
    ['another action', [get], [{ ...get, Action: ['s3:GetObject', 's3:DeleteObject'] }], /allows s3:DeleteObject/],
    ['a wildcard', [get], [{ ...get, Action: 's3:*' }], /allows s3:\* .*wildcard/],
    ['another resource', [get], [{ ...get, Resource: '*' }], /on \* \(wildcard\)/],
    ['a condition that is gone', [{ ...get, ...vpc }], [get], /a condition is gone/],
    [
      'another condition',
      [{ ...get, ...vpc }],
      [{ ...get, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-2' } } }],
      /condition is gone or changed/,
    ],
    [
      'everybody',
      [{ ...get, Principal: { AWS: 'arn:aws:iam::1:root' } }],
      [{ ...get, Principal: '*' }],
      /to everybody/,
    ],
    ['all but something', [get], [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], /all but iam:\*/],
    [
      'a denial that is gone',
      [get, { Effect: 'Deny', Action: 's3:*', Resource: '*' }],
      [get],
      /no longer denies s3:\*/,
    ],
  ];
  for (const [what, before, after, says] of cases) {
    it(`differ by ${what}`, () => {
      const found = wider(before, after);
      expect(found).to.have.length(1);
      expect(found[0]).to.match(says);
    });
  }

  it('are narrower with fewer actions, a smaller resource, or one more condition', () => {
    expect(wider([{ ...get, Action: ['s3:Get*', 's3:Put*'] }], [{ ...get, Action: 's3:GetObject' }])).to.deep.equal([]);
    expect(wider([get], [{ ...get, Resource: 'arn:aws:s3:::shop/2026/*' }])).to.deep.equal([]);
    expect(wider([get], [{ ...get, ...vpc }])).to.deep.equal([]);
  });

  it("can't be compared before a value is known", () => {
    expect(readPolicy('04da6b54-80e4-46f7-96ec-b56ff0331ba9')).to.equal(undefined);
    expect(readPolicy('{')).to.equal(undefined);
    expect(
      readPolicy(JSON.stringify({ Statement: { ...get, Resource: '04da6b54-80e4-46f7-96ec-b56ff0331ba9' } })),
    ).to.equal(undefined);
  });
});

describe('a pattern of IAM', () => {
  it('matches what a regular expression of the same meaning matches', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
        expect(matches(pattern, text)).to.equal(expression.test(text));
      }),
    );
  });

  it('never covers a pattern that says more', () => {
    expect(matches('s3:Get*', 's3:*')).to.equal(false);
    expect(matches('s3:?', 's3:*')).to.equal(false);
    expect(matches('s3:*', 's3:Get*')).to.equal(true);
  });
});
