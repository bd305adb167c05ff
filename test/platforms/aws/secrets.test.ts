import { expect } from 'chai';
import { systemClock } from '../../../cli/run/system-clock.js';
import { ConfigurationError, PlatformError, RefusedError } from '../../../contract/errors.js';
import { settingsOf } from '../../../contract/settings.js';
import { awsSecrets, type SecretDescription } from '../../../platforms/aws/secrets.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const outputs = awsOutputs();
const arn = outputs.secrets['secret-key']!;
const foreign = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:foreign-Ab12Cd';

describe('awsSecrets', () => {
  let known: Map<string, SecretDescription>;
  let values: Map<string, string>;
  const secrets = () => {
    const value = (asked: string): Promise<string> => {
      const text = values.get(asked);
      return text === undefined ? Promise.reject(new PlatformError('AccessDenied')) : Promise.resolve(text);
    };
    return awsSecrets({ describe: (asked) => Promise.resolve(known.get(asked)), value }, outputs, systemClock);
  };
  const pin = (reference: string, version = 'current') => secrets().pin!({ SECRET_KEY: { reference, version } });
  beforeEach(() => {
    values = new Map();
    const stages = { 'v-1': ['AWSPREVIOUS'], 'v-2': ['AWSCURRENT'], 'v-0': [] };
    const all = [arn, foreign, outputs.database!.applicationSecretArn];
    known = new Map(all.map((each) => [each, { arn: each, deletedAt: undefined, stages }]));
  });

  it('fault 61: tells what must never be printed, as far as it may read it', async () => {
    const settings = settingsOf({
      values: {},
      secrets: { SECRET_KEY: { reference: 'secret-key', version: 'current' } },
    });
    expect(await secrets().values([settings])).to.deep.equal([]);
    const login = JSON.stringify({ host: 'db.example.com', username: 'app', password: 'eleven-elephants' });
    values = new Map([
      [arn, 'x'.repeat(64)],
      [outputs.database!.applicationSecretArn, login],
    ]);
    expect(await secrets().values([settings])).to.deep.equal(['x'.repeat(64), login, 'eleven-elephants']);
  });

  it('keeps nobody waiting for what must not be printed', async () => {
    const never = { describe: () => Promise.resolve(undefined), value: () => new Promise<string>(() => undefined) };
    expect(await awsSecrets(never, outputs, new LeapingClock()).values([])).to.deep.equal([]);
  });

  it('names where a secret lies, and the version that is current now', async () => {
    expect(await pin('secret-key')).to.deep.equal({ SECRET_KEY: { reference: arn, version: 'v-2' } });
    expect(await pin(foreign)).to.deep.equal({ SECRET_KEY: { reference: foreign, version: 'v-2' } });
  });

  it("names the database's login by its stage, so that slots follow when the database is switched", async () => {
    const byStage = { SECRET_KEY: { reference: outputs.database!.applicationSecretArn, version: 'AWSCURRENT' } };
    expect(await pin('database')).to.deep.equal(byStage);
    expect(await pin(outputs.database!.applicationSecretArn, 'AWSCURRENT')).to.deep.equal(byStage);
    expect((await pin('database', 'v-1'))['SECRET_KEY']?.version).to.equal('v-1');
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
