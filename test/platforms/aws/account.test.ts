import { expect } from 'chai';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import { accountOf, type Account } from '../../../platforms/aws/account.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

describe('accountOf', () => {
  let accountId: string;
  let failures: Error[];
  let asked: number;
  let account: Account;
  beforeEach(() => {
    accountId = '222222222222';
    failures = [];
    asked = 0;
    const caller = () => {
      asked += 1;
      const failure = failures.shift();
      const arn = `arn:aws:sts::${accountId}:assumed-role/release/ada`;
      return failure ? Promise.reject(failure) : Promise.resolve(arn);
    };
    account = accountOf(caller, awsOutputs(), new LeapingClock());
  });

  it('asks once for what does not change', async () => {
    await account.refuseOther();
    await account.require();
    expect(asked).to.equal(1);
  });

  it('fault 30: refuses credentials of another account, and says whose they are', async () => {
    accountId = '333333333333';
    const error = await rejection(account.refuseOther(), RefusedError);
    expect(error.message).to.equal(
      'these credentials are of account 333333333333 (arn:aws:sts::333333333333:assumed-role/release/ada); production lies in 222222222222',
    );
  });

  it('fault 30: says in which region AWS does not know them', async () => {
    failures = [new PlatformError('GetCallerIdentity: InvalidClientTokenId: The security token is invalid')];
    const error = await rejection(account.refuseOther(), PlatformError);
    expect(error.message).to.match(/^AWS refuses the credentials in eu-central-1: .*InvalidClientTokenId/);
    expect(error.hint).to.match(/aws sts get-caller-identity --region eu-central-1/);
  });

  it('fault 31: outlasts throttling', async () => {
    failures = [new TransientError('Throttling'), new TransientError('Throttling')];
    await account.require();
    expect(asked).to.equal(3);
  });

  it('keeps nobody from looking or going back while AWS does not answer, but from making anything', async () => {
    failures = Array.from({ length: 200 }, () => new TransientError('Throttling'));
    await account.refuseOther();
    await rejection(account.require(), TransientError);
    failures = [];
    await account.require();
  });
});
