import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { exceptionText, type ChangeException } from '../../../contract/change-exception.js';
import { publicKeyOf, signText } from '../../../contract/ed25519.js';
import { changeDigest } from '../../../contract/planned-change.js';
import { exemptionOf } from '../../../pipeline/preview/exceptions.js';
import { reviewedChange } from '../../../pipeline/preview/reviewed-changes.js';
import { stackPreview } from '../../../pipeline/preview/stack-preview.js';
import { answer, step } from '../../support/engine-steps.js';

const keyOf = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const alice = keyOf();
const mallory = keyOf();
const rules = {
  environment: 'production',
  approvers: { alice: { key: publicKeyOf(alice), alsoKnownAs: [], roles: [] } },
  now: new Date('2026-05-01T00:00:00Z'),
};

function change(op = 'replace', dbName = 'b') {
  const steps = [
    step(op, 'aws:rds/instance:Instance', 'db', [{ dbName: 'a' }, op === 'delete' ? undefined : { dbName }]),
  ];
  return stackPreview('production', answer(steps), { live: [], liveBecause: '' }).changes[0]!.change;
}

function signed(changes: Partial<ChangeException> = {}, key = alice): ChangeException {
  const { urn, operation } = change();
  const exception = {
    format: 1 as const,
    environment: 'production',
    urn,
    operation,
    change: changeDigest(reviewedChange(change())),
    because: 'restored from the snapshot of today',
    expires: '2026-05-02T00:00:00.000Z',
    approver: 'alice',
    ...changes,
  };
  return { ...exception, signature: signText(exceptionText(exception), key) };
}

const of = (exception: ChangeException, to = change()) =>
  exemptionOf(to, [{ file: 'exceptions/db.yaml', exception }], rules);

describe('a signed exception', () => {
  it('allows the change that it was signed for', () => {
    expect(of(signed())).to.deep.include({ accepted: true, by: 'alice', file: 'exceptions/db.yaml' });
  });

  const refused: readonly [string, ChangeException, RegExp, ReturnType<typeof change>?][] = [
    ["somebody else's key", signed({}, mallory), /signature is not alice's/],
    ['a key that is not listed', signed({ approver: 'mallory' }, mallory), /mallory is no approver/],
    ['a time that is over', signed({ expires: '2026-04-30T00:00:00.000Z' }), /expired at 2026-04-30/],
    ['another operation', signed(), /it is for a replace, and this is a delete/, change('delete')],
    ['other values of the same paths', signed(), /another change of the same resource/, change('replace', 'c')],
    [
      'a text that was changed after signing',
      { ...signed(), because: 'because I say so, trust me' },
      /signature is not/,
    ],
    [
      'an expiry that was changed after signing',
      { ...signed(), expires: '2027-01-01T00:00:00.000Z' },
      /signature is not/,
    ],
  ];
  for (const [what, exception, because, to] of refused) {
    it(`is refused for ${what}`, () => {
      const exemption = of(exception, to);
      expect(exemption).to.have.property('accepted', false);
      expect(JSON.stringify(exemption)).to.match(because);
    });
  }

  it('says nothing of other resources and other environments', () => {
    expect(of(signed({ urn: 'urn:pulumi:production::shop::aws:rds/instance:Instance::other' }))).to.equal(undefined);
    expect(of(signed({ environment: 'staging' }))).to.equal(undefined);
  });

  it('is found behind one that is refused', () => {
    const found = [signed({}, mallory), signed()].map((exception, index) => ({
      file: `exceptions/${index}.yaml`,
      exception,
    }));
    expect(exemptionOf(change(), found, rules)).to.have.property('accepted', true);
  });
});
