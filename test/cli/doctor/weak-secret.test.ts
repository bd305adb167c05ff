import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { weakBecause } from '../../../cli/doctor/weak-secret.js';

const drawn = 'k7Qz2mVw9XbT4nRc8LpY1sGd6HfJ3aEu5WiOoCtZxNvBqMyKrDlP0';
const key = { name: 'django-secret-key', minimumLength: 8, refusedDigests: [] };

describe('a secret that a person has put in', () => {
  it('is strong when it is long, drawn, and nobody else’s', () => {
    expect(weakBecause(key, drawn, [{ environment: 'staging', value: `${drawn}x` }])).to.equal(undefined);
  });

  const weak: readonly [string, string, RegExp][] = [
    ['a key that is short', drawn.slice(0, 49), /^it has fewer than 50 characters$/],
    ["the generator's of a project", `django-insecure-${drawn}`, /^it is an example's$/],
    ['a placeholder', 'please-change-me-please-change-me-please-change-me-now', /^it is an example's$/],
    ['one character again and again', 'x'.repeat(64), /^it is an example's$/],
    ['a few characters again and again', 'abcabc'.repeat(10), /^it has fewer than 10 different characters$/],
  ];
  for (const [what, value, because] of weak) {
    it(`is weak when it is ${what}`, () => {
      expect(weakBecause(key, value, [])).to.match(because);
    });
  }

  it('is weak when it is the one that may not be used, or the same as in another environment', () => {
    const refusedDigests = [createHash('sha256').update(drawn).digest('hex')];
    expect(weakBecause({ ...key, refusedDigests }, drawn, [])).to.match(/^it is one that may not be used/);
    expect(weakBecause(key, drawn, [{ environment: 'staging', value: drawn }])).to.equal(
      'it is the same as in staging',
    );
  });

  it('need not be as long where nothing is signed with it, and is never shown', () => {
    const password = { name: 'smtp-password', minimumLength: 12, refusedDigests: [] };
    expect(weakBecause(password, 'k7Qz2mVw9XbT', [])).to.equal(undefined);
    const because = weakBecause(password, 'k7Qz2mVw9Xb', []);
    expect(because).to.equal('it has fewer than 12 characters');
  });
});
