import { expect } from 'chai';
import { checkBucket } from '../../../cli/doctor/check-bucket.js';
import { StoreError } from '../../../contract/errors.js';
import type { BucketInspection } from '../../../journal/s3-inspection.js';

const good: BucketInspection = { versioned: true, encryption: 'AES256', private: true, locks: false };
const lock = { mode: 'governance', days: 400 } as const;

describe('checking a bucket', () => {
  const check = (changes: Partial<BucketInspection>, configured: { lock?: typeof lock } = {}, refusesMismatch = true) =>
    checkBucket({
      bucket: 'shop',
      configured: { kmsKeyArn: null, lock: null, ...configured },
      found: { ...good, ...changes },
      refusesMismatch,
    });
  const wrongOnes = (...words: Parameters<typeof check>) =>
    check(...words).flatMap(({ name, answer }) => (answer === 'no' ? [name] : []));

  it('finds nothing wrong with a private bucket that keeps versions and honours conditions', () => {
    expect(check({}).map(({ answer }) => answer)).to.deep.equal(['yes', 'yes', 'yes', 'yes', 'yes']);
  });

  it('names each thing that is wrong, with the command that mends it', () => {
    expect(wrongOnes({ private: false })).to.deep.equal(['bucket access']);
    expect(wrongOnes({ versioned: false })).to.deep.equal(['bucket copies']);
    expect(wrongOnes({}, {}, false)).to.deep.equal(['bucket match']);
    expect(wrongOnes({ locks: false }, { lock })).to.deep.equal(['bucket lock']);
    const mends = check({ private: false, versioned: false, locks: false }, { lock }).map(({ mend }) => mend ?? '');
    expect(mends.filter((mend) => mend.includes('aws s3api put-'))).to.have.length(3);
  });

  it('calls what may not be looked at unknown, not wrong', () => {
    const denied = new StoreError('cannot read the versioning of shop: access denied', { hint: 'the role lacks it' });
    const checks = check({ versioned: denied });
    expect(checks.find(({ name }) => name === 'bucket copies')).to.deep.equal({
      name: 'bucket copies',
      answer: 'unknown',
      because: 'cannot read the versioning of shop: access denied',
      mend: 'the role lacks it',
    });
    expect(wrongOnes({ versioned: denied })).to.deep.equal([]);
  });
});
