import { expect } from 'chai';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { armedSwitchPayloadSchema, type ArmedSwitchPayload } from '../../../contract/armed-switch.js';
import { anchorOf, readLease } from '../../../journal/lease.js';
import type { S3Place } from '../../../journal/s3-bucket.js';
import { S3Store } from '../../../journal/s3-store.js';
import { verifyJournal } from '../../../journal/verify.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import { sdkSchedule } from '../../../platforms/aws/sdk-schedule.js';
import { bundle } from '../../support/bundle.js';
import { FakeCrossfade } from '../../support/fake-crossfade.js';
import { emptyWorld } from '../../support/fake-platform.js';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.js';
import { deployAndDie } from '../../support/kill-child-process.js';
import { makeMotoBalancer, type MotoBalancer } from '../../support/moto-balancer.js';
import { makeMotoBucket } from '../../support/moto-bucket.js';
import { MemoryStore } from '../../support/memory-store.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';
import { someRelease, someServices } from '../../support/product.js';
import { callSwitchFunction } from '../../support/switch-function.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { saveWorld } from '../../support/world-file.js';

Object.assign(process.env, motoCredentials);

const run = 'local-20260101t000001z-second';
const hour = 3_600_000;

describe("the dead man's switch as Lambda runs it, on a journal in S3", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let moto: Moto;
  let balancer: MotoBalancer;
  let topicArn: string;
  let place: (prefix: string) => S3Place;
  let proxy: FaultProxy;
  let store: S3Store;
  let crossfade: FakeCrossfade;
  let prefix: string;
  let armed: ArmedSwitchPayload;
  let stores = 0;

  const at = () => ({ region: 'eu-central-1', endpoint: moto.url });
  const alb = () => sdkAlb(at(), sdkMetrics(at()), balancer.metricDimension);
  const schedule = () =>
    sdkSchedule(at(), {
      group: 'switch',
      name: 'armed',
      arn: 'arn:aws:lambda:eu-central-1:222222222222:function:switch',
      roleArn: 'arn:aws:iam::222222222222:role/switch',
    });
  const fire = (event: unknown = armed) =>
    callSwitchFunction(event, {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ENDPOINT_URL_S3: proxy.url,
      ENVIRONMENT: 'local',
      STORE_BUCKET: place('').bucket,
      STORE_PREFIX: prefix,
      SCHEDULE_GROUP: 'switch',
      TOPIC_ARN: topicArn,
      BAD_BLUE_ARN: 'arn:aws:cloudwatch:eu-central-1:222222222222:alarm:blue-bad',
      BAD_GREEN_ARN: 'arn:aws:cloudwatch:eu-central-1:222222222222:alarm:green-bad',
    });
  const weights = async () => {
    const rules = await alb().describeRules(balancer.routes.map((route) => route.ruleArn));
    return rules.map((rule) => rule.forward?.map(({ weight }) => weight));
  };

  before(async function () {
    this.timeout(400_000);
    moto = await startMoto();
    balancer = await makeMotoBalancer(moto.url);
    place = await makeMotoBucket(moto.url);
    await new SchedulerClient(at()).send(new CreateScheduleGroupCommand({ Name: 'switch' }));
    topicArn = (await new SNSClient(at()).send(new CreateTopicCommand({ Name: 'critical' }))).TopicArn ?? '';
  });
  after(() => moto.stop());

  /** A runner that died while traffic was split, with what it had armed: its deadline has passed. */
  beforeEach(async () => {
    proxy = await startFaultProxy(moto.url);
    stores += 1;
    prefix = `store-${stores}`;
    store = new S3Store(place(prefix));
    const world = join(folder.path, 'world.json');
    saveWorld(world, { ...emptyWorld(someServices()), requestsPerSecond: 20_000 });
    crossfade = new FakeCrossfade(folder.path, store);
    await crossfade.deploy('local-20260101t000000z-firstx', someRelease('1.0.0'));
    const append = await firstJudgement(world);
    const child = await bundle(new URL('../../support/kill-child.ts', import.meta.url), join(folder.path, 'child.mjs'));
    const errand = { folder: folder.path, version: '2.0.0', store: { bucket: place(prefix) } };
    expect(await deployAndDie(child, { ...errand, point: { append, when: 'after' } })).to.equal(true);
    const { platform, clock } = crossfade.world();
    const { armed: held } = platform.world;
    expect(held?.returnTo, 'the runner died while traffic was split').to.deep.equal({ blue: 100, green: 0 });
    armed = armedSwitchPayloadSchema.parse({
      kind: 'deadline',
      run,
      token: held?.token,
      returnTo: held?.returnTo,
      routes: balancer.routes.map(({ service, ruleArn, targetGroups }) => ({
        service,
        ruleArn,
        targets: [
          { targetGroupArn: targetGroups.blue, weight: 100 },
          { targetGroupArn: targetGroups.green, weight: 0 },
        ],
      })),
    });
    for (const { ruleArn, targetGroups } of balancer.routes) {
      const targets = [
        { targetGroupArn: targetGroups.blue, weight: 90 },
        { targetGroupArn: targetGroups.green, weight: 10 },
      ];
      await alb().modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } });
    }
    await schedule().write(new Date(Date.now() - 60_000), JSON.stringify(armed));
    // The fake platform has a switch of its own, which does to the fake world what the function does to AWS.
    platform.advanceTo(clock.monotonic() + hour);
    saveWorld(world, platform.world);
  });
  afterEach(() => proxy.stop());

  /** At which line a run has its first word on split traffic: found out on a copy. */
  const firstJudgement = async (world: string): Promise<number> => {
    const copy = join(folder.path, 'copy');
    await mkdir(copy);
    await cp(world, join(copy, 'world.json'));
    const elsewhere = new FakeCrossfade(copy, new MemoryStore());
    await elsewhere.deploy(run, someRelease('2.0.0'));
    return (await elsewhere.events(run)).findIndex(({ body }) => body.kind === 'judged');
  };
  const fired = async () =>
    (await crossfade.events(run)).filter(({ body }) => body.kind === 'fired').map(({ by, token }) => ({ by, token }));
  const findings = async () => (await verifyJournal(store, run, await anchorOf(store, 'local', run))).findings;

  it('fault 1: takes the token, moves traffic back, goes on with the chain, and the next process ends the run as rolled back', async () => {
    const before = await store.read(`journals/${run}`);
    expect(await fire()).to.include({ did: 'went back' });
    expect(await weights()).to.deep.equal(balancer.routes.map(() => [100, 0]));
    expect((await readLease(store, 'local'))?.lease).to.include({ token: armed.token + 1, holder: null });
    expect((await store.read(`journals/${run}`)).records.slice(0, -1)).to.deep.equal(before.records);
    expect(await fired()).to.deep.equal([{ by: 'dead-mans-switch', token: armed.token + 1 }]);
    expect(await findings()).to.deep.equal([]);

    const ended = await crossfade.resume(run);
    expect(ended.outcome).to.equal('rolled-back');
    expect(await findings()).to.deep.equal([]);
    expect(crossfade.world().platform.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
  });

  it('writes each record once, though throttled and though replies are lost', async () => {
    proxy.befall('PutObject', { kind: 'reply-lost' }, 3);
    proxy.befall('PutObject', { kind: 'throttled' });
    proxy.befall('ListObjectsV2', { kind: 'server-error' });
    expect(await fire()).to.include({ did: 'went back' });
    expect(await fired()).to.deep.equal([{ by: 'dead-mans-switch', token: armed.token + 1 }]);
    expect(await findings()).to.deep.equal([]);
    expect((await crossfade.resume(run)).outcome).to.equal('rolled-back');
  });

  it('does nothing more when it is called again', async () => {
    await fire();
    const before = await store.read(`journals/${run}`);
    expect(await fire()).to.include({ did: 'nothing' });
    expect(await store.read(`journals/${run}`)).to.deep.equal(before);
  });

  it('replaces and deletes nothing of lease and journal: every write of theirs is conditional', async () => {
    await fire();
    expect(proxy.calls).not.to.include('DeleteObject');
    const written = proxy.requests.filter(({ action }) => action === 'PutObject');
    const unconditional = written.filter(({ headers }) => headers['if-none-match'] !== '*');
    expect(unconditional.map(({ path }) => path.split('?')[0])).to.deep.equal([
      `/${place('').bucket}/${prefix}/switches/local.json`,
    ]);
    expect(written).to.have.length(3);
  });
});
