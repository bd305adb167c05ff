import { expect } from 'chai';
import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { randomBytes } from 'node:crypto';
import { AwsRig } from '../../support/aws/aws-rig.js';

/** What nobody can see before AWS is asked: the real command line, on an environment in moto. */
describe('bad input, by the command line on an environment in moto', function () {
  this.timeout(900_000);
  let rig: AwsRig;

  before(async function () {
    this.timeout(600_000);
    rig = await AwsRig.open();
    const version = await rig.release();
    const first = await rig.crossfade('deploy', 'production', version);
    expect(first.exitCode, first.all).to.equal(0);
  });
  afterEach(() => rig.proxy.calm());
  after(() => rig.close());

  it('refuses a release whose image nobody has pushed', async () => {
    const version = await rig.release({ unpushed: true });
    const refused = await rig.crossfade('deploy', 'production', version);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.match(/shop\/api has no image sha256:f+: it was never pushed there, or is deleted/);
    expect(await rig.live()).to.equal('blue');
    expect(Object.keys(await rig.versions())).to.not.include('api-green');
  });

  it('names by doctor what is weak: a secret that somebody typed, until it is a drawn one', async () => {
    const secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    const SecretId = rig.outputs.secrets['secret-key'] ?? '';
    const checks = async (): Promise<readonly { name: string; answer: string; because: string }[]> => {
      const { stdout, all } = await rig.crossfade('doctor', 'production', '--json');
      const found = JSON.parse(stdout) as readonly { name: string; answer: string; because: string }[];
      expect(all).to.not.contain('xxxx');
      return found;
    };
    const weak = (await checks()).find(({ name }) => name === 'secret secret-key');
    expect(weak?.answer, JSON.stringify(weak)).to.equal('no');
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: randomBytes(48).toString('base64') }));
    const found = await checks();
    expect(found.find(({ name }) => name === 'secret secret-key')).to.deep.include({ answer: 'yes' });
    expect(found.find(({ name }) => name === 'credentials')).to.deep.include({
      answer: 'yes',
      because: 'those of the environment do not end',
    });
    secrets.destroy();
  });

  it('refuses a secret that is being deleted, and says how to bring it back', async () => {
    const version = await rig.release();
    const secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    const SecretId = rig.outputs.secrets['secret-key'] ?? '';
    await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    const refused = await rig.crossfade('deploy', 'production', version);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.match(/SECRET_KEY: secret \S+ is being deleted since/);
    expect(refused.all).to.contain(`aws secretsmanager restore-secret --secret-id ${SecretId}`);
    expect(Object.keys(await rig.versions())).to.not.include('api-green');
    await secrets.send(new RestoreSecretCommand({ SecretId }));
    secrets.destroy();
    const done = await rig.crossfade('deploy', 'production', version);
    expect(done.exitCode, done.all).to.equal(0);
    expect(await rig.live()).to.equal('green');
  });

  it('holds when somebody empties a target group in mid-run, and overwrites nothing', async () => {
    const version = await rig.release();
    await rig.settle();
    const running = rig.crossfade('deploy', 'production', version);
    await rig.untilSplit(running);
    rig.proxy.befall('DescribeTargetHealth', emptied('-green/'), 10_000);
    const held = await running;
    expect(held.exitCode, held.all).to.equal(7);
    expect(held.all).to.match(
      /(api|web) green has weight, and its target group is empty: somebody took its targets out/,
    );
    expect(await rig.live(), 'still split').to.equal(undefined);
    rig.proxy.calm();
    const back = await rig.crossfade('abort', 'production', '--because', 'somebody emptied a target group');
    expect(back.exitCode, back.all).to.equal(0);
    expect(await rig.live()).to.equal('green');
  });
});

/** In moto every target is well. */
function emptied(of: string) {
  const healthy = `<member><Target><Id>10.0.0.10</Id><Port>80</Port></Target>
    <TargetHealth><State>healthy</State></TargetHealth></member>`;
  const body = (asked: string): string =>
    `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>${
      decodeURIComponent(asked).includes(of) ? '' : healthy
    }</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
  return { kind: 'answered', body } as const;
}
