import { expect } from 'chai';
import { endOf } from '../../../platforms/aws/credentials-end.js';

const expiration = new Date('2026-01-01T13:00:00.000Z');

describe('when credentials end', () => {
  it('is for good where they stand in the environment', () => {
    expect(endOf({ expiration, $source: { CREDENTIALS_ENV_VARS: 'g' } }).at).to.equal(expiration);
  });

  it('is no matter where newer ones can be fetched', () => {
    expect(endOf({ expiration, $source: { CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: 'k' } }).at).to.equal(undefined);
    expect(endOf({ expiration }).at).to.equal(undefined);
  });

  it('is not known of a session that does not say, and never of a key', () => {
    const $source = { CREDENTIALS_ENV_VARS: 'g' };
    expect(endOf({ sessionToken: 'a token', $source }).because).to.match(/do not say when it ends/);
    expect(endOf({ $source }).because).to.equal('those of the environment do not end');
  });
});
