import { expect } from 'chai';
import { otherColour } from '../../../contract/colour.js';
import { AwsRig } from '../../support/aws/aws-rig.js';

/** moto instead of AWS, and a stand-in for the engine: what is proven is the command line and its calls, not AWS. */
describe('the command line on an environment in moto', function () {
  this.timeout(900_000);
  let rig: AwsRig;

  const deploy = async (options: { readonly bad?: boolean } = {}) => {
    const version = await rig.release(options);
    return rig.crossfade('deploy', 'production', version);
  };
  const live = async () => {
    const colour = await rig.live();
    if (colour === undefined) throw new Error(`traffic is split: ${JSON.stringify(await rig.weights())}`);
    return colour;
  };

  before(async function () {
    this.timeout(600_000);
    rig = await AwsRig.open();
  });
  afterEach(() => rig.proxy.calm());
  after(() => rig.close());

  it('puts a first release into blue, then a second share by share into green', async () => {
    const first = await deploy();
    expect(first.exitCode, first.all).to.equal(0);
    expect(await rig.live()).to.equal('blue');
    const second = await deploy();
    expect(second.exitCode, second.all).to.equal(0);
    expect(second.all).to.match(/give green 10 %[\s\S]*give green 50 %[\s\S]*give green 100 %/);
    expect(await rig.live()).to.equal('green');
  });

  it('shows users the maintenance page, whose end is on AWS’s own schedule, and ends it', async () => {
    const on = await rig.crossfade('maintenance', 'on', 'production', '--for', '1h', '--because', 'rows are wrong');
    expect(on.exitCode, on.all).to.equal(0);
    expect(await rig.maintenance()).to.deep.equal({ on: true, endsBy: 'modifyRule' });
    const status = await rig.crossfade('status', 'production');
    expect(status.all).to.match(/PAGE ON .*rows are wrong/);
    const off = await rig.crossfade('maintenance', 'off', 'production');
    expect(off.exitCode, off.all).to.equal(0);
    expect(await rig.maintenance()).to.deep.equal({ on: false, endsBy: undefined });
  });

  it('fault 30: is refused with credentials of another account or region before anything is changed', async () => {
    const version = await rig.release();
    rig.proxy.befall('GetCallerIdentity', otherAccount, 20);
    const refused = await rig.crossfade('deploy', 'production', version);
    rig.proxy.calm();
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.match(/of account 333333333333 .*production lies in 222222222222/);
  });

  it('takes the traffic back from a release that fails under users’ requests', async () => {
    const before = await live();
    const bad = await deploy({ bad: true });
    expect(bad.exitCode, bad.all).to.equal(4);
    expect(bad.all).to.match(/error/);
    expect(await live()).to.equal(before);
  });

  it('fault 14: is not done when ECS has given the deployment up', async () => {
    const before = await live();
    const to = otherColour(before);
    rig.world.givenUp.set(`api-${to}`, 'tasks failed to start');
    const failed = await deploy();
    rig.world.givenUp.clear();
    expect(failed.exitCode, failed.all).to.equal(4);
    expect(failed.all).to.match(/ECS gave up on api-.*tasks failed to start/);
    expect(await live()).to.equal(before);
  });

  it('goes through throttling, errors, lost replies and credentials that expire', async () => {
    const before = await live();
    const version = await rig.release();
    await rig.settle();
    const running = rig.crossfade('deploy', 'production', version);
    // Gates have half a minute, which is two seconds here: trouble comes after them.
    await rig.untilSplit(running);
    const { proxy } = rig;
    proxy.befall('DescribeRules', { kind: 'throttled' }, 4);
    proxy.befall('ModifyRule', { kind: 'reply-lost' }, 2);
    proxy.befall('ModifyRule', { kind: 'expired' }, 1);
    proxy.befall('DescribeServices', { kind: 'server-error' }, 4);
    proxy.befall('GetMetricData', { kind: 'throttled' }, 4);
    proxy.befall('UpdateSchedule', { kind: 'reply-lost' }, 1);
    proxy.befall('DescribeTargetHealth', { kind: 'delayed', milliseconds: 300 }, 3);
    const done = await running;
    expect(done.exitCode, done.all).to.equal(0);
    expect(await live()).to.equal(otherColour(before));
  });

  it('fault 3: rolls back while the stack is locked, by one call per rule', async () => {
    const before = await live();
    await rig.lockStack(`production-${before}`);
    const back = await rig.crossfade('rollback', 'production', '--because', 'complaints');
    await rig.unlockStack(`production-${before}`);
    expect(back.exitCode, back.all).to.equal(0);
    expect(await live()).to.equal(otherColour(before));
  });

  it('destroys an idle slot and makes it again, and never the one that has weight', async () => {
    const now = await live();
    const idle = otherColour(now);
    const refused = await rig.crossfade('slot', 'destroy', 'production', now);
    expect(refused.exitCode, refused.all).to.equal(3);
    // The rollback has left it with requests of its last minutes: they are waited for, not refused.
    const gone = await rig.crossfade('slot', 'destroy', 'production', idle);
    expect(gone.exitCode, gone.all).to.equal(0);
    expect(Object.keys(await rig.versions())).to.not.include(`api-${idle}`);
    const again = await rig.crossfade('slot', 'create', 'production', idle);
    expect(again.exitCode, again.all).to.equal(0);
    expect(Object.keys(await rig.versions())).to.include(`api-${idle}`);
    expect(await live()).to.equal(now);
  });

  it('fault 10: stops when a rule is edited by hand in mid-run, and overwrites nothing', async () => {
    const before = await live();
    const version = await rig.release();
    await rig.settle();
    const running = rig.crossfade('deploy', 'production', version);
    await rig.untilSplit(running);
    const byHand = { blue: 35, green: 65 };
    await rig.setByHand('web', byHand);
    const held = await running;
    expect(held.exitCode, held.all).to.equal(7);
    expect((await rig.weights())['web']).to.deep.equal(byHand);
    await rig.setByHand('web', (await rig.weights())['api'] ?? byHand);
    const aborted = await rig.crossfade('abort', 'production', '--because', 'somebody edited a rule');
    expect(aborted.exitCode, aborted.all).to.equal(0);
    expect(await live()).to.equal(before);
  });

  it('fault 28: is turned back by a rollback from elsewhere while it judges', async () => {
    const before = await live();
    const version = await rig.release();
    await rig.settle();
    const running = rig.crossfade('deploy', 'production', version);
    await rig.untilSplit(running);
    const back = await rig.crossfade('rollback', 'production', '--because', 'complaints');
    expect(back.exitCode, back.all).to.equal(0);
    const turned = await running;
    expect(turned.exitCode, turned.all).to.equal(4);
    expect(await live()).to.equal(before);
  });

  it('fault 1: is gone on with after its runner was killed while traffic was split', async () => {
    const version = await rig.release();
    await rig.settle();
    const running = rig.crossfade('deploy', 'production', version);
    await rig.untilSplit(running);
    running.kill('SIGKILL');
    await running;
    const resumed = await rig.crossfade('resume', 'production');
    expect([0, 4], resumed.all).to.include(resumed.exitCode);
    await live();
    const status = await rig.crossfade('status', 'production');
    expect(status.exitCode, status.all).to.equal(0);
    expect(status.all).to.not.contain('WARNING');
  });
});

const otherAccount = {
  kind: 'answered',
  body: () => `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>333333333333</Account>
    <Arn>arn:aws:sts::333333333333:assumed-role/other/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
} as const;
