import { expect } from 'chai';
import { ConfigurationError, RefusedError } from '../../../contract/errors.js';
import { awsSecrets, type SecretDescription } from '../../../platforms/aws/secrets.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const outputs = awsOutputs();
const arn = outputs.secrets['secret-key']!;
const foreign = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:foreign-Ab12Cd';

describe('awsSecrets', () => {
  let known: Map<string, SecretDescription>;
  const pin = (reference: string, version = 'current') =>
    awsSecrets({ describe: (asked) => Promise.resolve(known.get(asked)) }, outputs, new LeapingClock()).pin({
      SECRET_KEY: { reference, version },
    });
  beforeEach(() => {
    const stages = { 'v-1': ['AWSPREVIOUS'], 'v-2': ['AWSCURRENT'], 'v-0': [] };
    const all = [arn, foreign, outputs.database!.applicationSecretArn];
    known = new Map(all.map((each) => [each, { arn: each, deletedAt: undefined, stages }]));
  });

  it('names where a secret lies, and the version that is current now', async () => {
    expect(await pin('secret-key')).to.deep.equal({ SECRET_KEY: { reference: arn, version: 'v-2' } });
    expect(await pin('database')).to.deep.equal({
      SECRET_KEY: { reference: outputs.database!.applicationSecretArn, version: 'v-2' },
    });
    expect(await pin(foreign)).to.deep.equal({ SECRET_KEY: { reference: foreign, version: 'v-2' } });
  });

  it('keeps a version that was named, as long as the secret has it', async () => {
    expect(await pin('secret-key', 'v-1')).to.deep.equal({ SECRET_KEY: { reference: arn, version: 'v-1' } });
    const gone = await rejection(pin('secret-key', 'v-0'), RefusedError);
    expect(gone.message).to.match(/has no version v-0 any more/);
  });

  it('refuses a name that the environment does not have, and says which it has', async () => {
    const error = await rejection(pin('secret-kee'), ConfigurationError);
    expect(error.message).to.equal("setting SECRET_KEY: the environment has no secret 'secret-kee'");
    expect(error.hint).to.match(/^it has secret-key, database;/);
  });

  it('refuses a secret that is being deleted, and says how to bring it back', async () => {
    known.set(arn, { arn, deletedAt: new Date('2026-01-01T00:00:00Z'), stages: {} });
    const error = await rejection(pin('secret-key'), RefusedError);
    expect(error.message).to.match(/is being deleted since 2026-01-01/);
    expect(error.hint).to.match(/restore-secret/);
  });

  it('refuses one that nobody has given a value, or that is not there', async () => {
    known.set(arn, { arn, deletedAt: undefined, stages: {} });
    expect((await rejection(pin('secret-key'), RefusedError)).message).to.match(/has no value yet/);
    known.delete(arn);
    expect((await rejection(pin('secret-key'), RefusedError)).message).to.match(/there is no secret arn:/);
  });
});
