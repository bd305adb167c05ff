import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { settingsOf } from '../../../contract/settings.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import type { RehearsedApp } from '../../../pipeline/ports/rehearsals.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { startRehearsedApp } from '../../../platforms/aws/rehearsed-app.js';
import { deafToCopyBecause } from '../../../platforms/aws/rehearsed-task.js';
import { rehearsingOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeTargets } from '../../support/fake-targets.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const outputs = rehearsingOutputs();
const database = outputs.database!;
const { routes, loginSecretArn } = database.rehearsal!;
const groups = { api: routes['api']!.targetGroupArn, web: routes['web']!.targetGroupArn };
const slot = awsSlotInput();
const input: SlotInput = {
  ...slot,
  settings: settingsOf({
    values: slot.settings.values,
    secrets: {
      ...slot.settings.secrets,
      DATABASE: { reference: database.applicationSecretArn, version: 'AWSCURRENT' },
    },
  }),
};
const addresses: Record<string, string> = {
  'shop-production_rehearse-api': '10.0.0.11',
  'shop-production_rehearse-web': '10.0.0.12',
};

describe('a release on a copy of the database, on AWS', () => {
  let ecs: FakeEcs;
  let targets: FakeTargets;
  let clock: LeapingClock;
  let said: string[];
  let lines: string[];
  let turn: AbortController;

  beforeEach(() => {
    clock = new LeapingClock();
    ecs = new FakeEcs(clock);
    ecs.stays = (family) => addresses[family];
    targets = new FakeTargets();
    said = [];
    lines = [];
    turn = new AbortController();
  });

  const start = (
    parts: { readonly input?: SlotInput; readonly testUrl?: string; readonly ways?: typeof routes } = {},
  ) => {
    const logs = {
      read: (_group: string, _stream: string, after: string | undefined) =>
        Promise.resolve({ lines: lines.slice(Number(after ?? 0)), next: String(lines.length) }),
    };
    const work: Work = { signal: turn.signal, say: (line) => said.push(line) };
    const { testUrl = outputs.balancer.testUrl, ways = routes } = parts;
    const around = {
      outputs: { ...outputs, balancer: { ...outputs.balancer, testUrl } },
      routes: ways,
      copy: { database, login: { reference: loginSecretArn, version: 'v-7' } },
      tasks: { ecs, logs, clock, subnetIds: ['subnet-1'], securityGroupId: 'sg-1' },
      targets,
    };
    return startRehearsedApp(
      around,
      parts.input ?? input,
      { identifier: 'shop-production-database-release-1a2b3c4-copy' },
      work,
    );
  };
  const nothingLeft = (): void => {
    expect(ecs.stopped).to.have.length(ecs.oneOffs.length);
    expect([...targets.addresses(groups.api), ...targets.addresses(groups.web)]).to.deep.equal([]);
  };

  it('is one task of each routed service, as a slot would have it but for the database', async () => {
    const app = await start();
    expect(ecs.registered.map(({ family }) => family)).to.deep.equal(Object.keys(addresses));
    const [api] = ecs.registered;
    expect(api).to.deep.include({
      container: 'api',
      image: `222222222222.dkr.ecr.eu-central-1.amazonaws.com/shop/api@${input.release.artifacts['api']?.digest}`,
      logGroup: '/crossfade/shop/production/api',
      logPrefix: 'rehearse',
      executionRoleArn: outputs.slots.executionRoleArn,
      taskRoleArn: outputs.slots.taskRoleArn,
    });
    expect(api?.environment).to.include({ LOG_LEVEL: 'info', CROSSFADE_VERSION: '1.4.0', CROSSFADE_REHEARSAL: '1' });
    expect(api?.secrets, 'exactly the version that was written for this copy').to.deep.equal({
      SECRET_KEY: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:k-Ab12Cd:::v-1',
      DATABASE: `${loginSecretArn}:::v-7`,
    });
    expect(ecs.oneOffs[0]?.task).to.deep.include({
      subnetIds: ['subnet-1'],
      securityGroupId: 'sg-1',
      startedBy: 'oduction-database-release-1a2b3c4-copy'.slice(-36),
    });
    expect(targets.addresses(groups.api)).to.deep.equal(['10.0.0.11']);
    expect(targets.addresses(groups.web)).to.deep.equal(['10.0.0.12']);
    await app.stop();
    await app.stop();
    nothingLeft();
    expect(ecs.stopped).to.have.length(2);
  });

  it('goes on when AWS is throttled', async () => {
    ecs.throttled = 2;
    targets.throttled = 2;
    await (await start()).stop();
    nothingLeft();
  });

  it('is alone in its target group', async () => {
    targets.put(groups.api, '10.0.0.99');
    await start();
    expect(targets.addresses(groups.api)).to.deep.equal(['10.0.0.11']);
  });

  it('does not start when a service never becomes healthy, and then leaves nothing', async () => {
    targets.ill.set('10.0.0.12', 'Health checks failed with these codes: [500]');
    lines = ['listening', 'relation "orders" has no column "note"'];
    const { message, hint } = await rejection(start(), PlatformError);
    expect(message).to.equal(
      'web 1.4.0 does not become healthy on the copy: the balancer calls it unhealthy (Health checks failed with these codes: [500]), after 15 minutes; it last said: relation "orders" has no column "note"',
    );
    expect(hint).to.equal('all that it said: log group /crossfade/shop/production/web, stream rehearse/web/one-off-1');
    nothingLeft();
  });

  it('does not start when its task ends', async () => {
    ecs.stoppedBecause = 'Essential container in task exited';
    const { message } = await rejection(start(), PlatformError);
    expect(message).to.equal('api 1.4.0 does not become healthy on the copy: Essential container in task exited');
    nothingLeft();
  });

  it('does not start where there is no way to one of its services', async () => {
    const error = await rejection(start({ ways: { api: routes['api']! } }), PlatformError);
    expect(error.message).to.equal('there is no way to web on a copy of the database');
    expect(error.hint).to.contain('pulumi up --stack production');
    expect(ecs.oneOffs).to.deep.equal([]);
  });

  it('leaves nothing when it is interrupted while it starts', async () => {
    targets.ill.set('10.0.0.11', 'it takes for ever');
    const reason = new Error('interrupted');
    const look = targets.in;
    targets.in = (...asked) => {
      turn.abort(reason);
      return look(...asked);
    };
    expect(await rejection(start())).to.equal(reason);
    nothingLeft();
  });

  it('leaves to a sweep what can not be ended, and says so', async () => {
    const app = await start();
    ecs.stop = () => Promise.reject(new PlatformError('StopTask: AccessDenied'));
    await app.stop();
    expect(said).to.include('task one-off-0 could not be stopped: StopTask: AccessDenied');
  });

  describe('when it is asked', () => {
    let server: Server;
    let app: RehearsedApp;
    let asked: unknown[];

    beforeEach(async () => {
      asked = [];
      server = createServer(({ url, headers }, answer) => {
        asked.push([url, headers['x-crossfade-slot']]);
        answer.writeHead(200).end('ok');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      app = await start({ testUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it('answers behind the test listener, where no user comes', async () => {
      const { status } = await app.probe({ service: 'api', method: 'GET', path: '/api/healthz' }, turn.signal);
      expect(status).to.equal(200);
      expect(asked).to.deep.equal([['/api/healthz', 'rehearsal-api']]);
    });
  });

  it('is refused to a release that would find the database in use', () => {
    expect(deafToCopyBecause(database, input)).to.equal(undefined);
    expect(deafToCopyBecause(database, slot)).to.match(
      /^no setting of release 1\.4\.0 is the database's login \('reference: database'\)/,
    );
  });
});
