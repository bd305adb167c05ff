import { expect } from 'chai';
import { imageByDigest } from '../../../contract/aws-names.js';
import type { Colour } from '../../../contract/colour.js';
import { EngineError, PlatformError, RefusedError, StoreError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import type { Slots } from '../../../pipeline/ports/slots.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { EngineResult } from '../../../platforms/pulumi/engine.js';
import { routesOf } from '../../../platforms/aws/routes-of.js';
import { awsSlots } from '../../../platforms/aws/slots.js';
import { albTraffic } from '../../../platforms/aws/traffic.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeAlb } from '../../support/fake-alb.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const outputs = awsOutputs();
const routes = routesOf(outputs);
const input = awsSlotInput('1.4.0');
const newer = awsSlotInput('1.5.0');
const done: EngineResult = { outputs: {}, changes: { create: 9 }, seconds: 1.5, stateBefore: undefined };
const work: Work = { signal: new AbortController().signal, say: () => undefined };

describe('awsSlots', () => {
  let clock: LeapingClock;
  let ecs: FakeEcs;
  let alb: FakeAlb;
  let slots: Slots;
  let kept: Map<string, string>;
  let storeFails: boolean;
  let ups: { stack: string; input: SlotInput | undefined }[];
  let destroyed: string[];
  /** What an up does to ECS. */
  let onUp: (colour: Colour, input: SlotInput) => void;

  const stand = (colour: Colour, what: SlotInput): void => {
    for (const [service, artifact] of Object.entries(what.release.artifacts)) {
      const background = outputs.services[service]?.kind !== 'routed';
      ecs.put(`${service}-${colour}`, imageByDigest(artifact), background ? 0 : 3);
    }
  };

  beforeEach(() => {
    clock = new LeapingClock();
    ecs = new FakeEcs(clock);
    alb = new FakeAlb(clock);
    for (const route of routes) {
      const forward = [
        { targetGroupArn: route.targetGroups.blue, weight: 100 },
        { targetGroupArn: route.targetGroups.green, weight: 0 },
      ];
      alb.addRule({ arn: route.ruleArn, conditions: route.conditions.open, forward, stickySeconds: undefined });
    }
    kept = new Map();
    storeFails = false;
    ups = [];
    destroyed = [];
    onUp = stand;
    const fence = { admit: () => Promise.resolve() };
    slots = awsSlots({
      outputs,
      routes,
      ecs,
      scaling: ecs,
      alb,
      clock,
      traffic: albTraffic({ api: alb, routes, fence, clock }),
      keeper: {
        get: (key) =>
          storeFails ? Promise.reject(new StoreError('the store is away')) : Promise.resolve(kept.get(key)),
        put: (key, text) => Promise.resolve(void kept.set(key, text)),
      },
      engine: {
        up: (stack, { input: asked }) => {
          ups.push({ stack, input: asked });
          onUp(stack.endsWith('-blue') ? 'blue' : 'green', asked!);
          return Promise.resolve(done);
        },
        destroy: (stack) => {
          destroyed.push(stack);
          return Promise.resolve(done);
        },
      },
    });
  });

  describe('state', () => {
    it('says that nothing stands', async () => {
      expect(await slots.state('green')).to.deep.equal({
        colour: 'green',
        standing: false,
        input: undefined,
        replicas: [],
      });
    });

    it('names each replica by the image that it was started with, not by one architecture of it', async () => {
      await slots.provision('green', input, work);
      const { replicas, standing } = await slots.state('green');
      expect(standing).to.equal(true);
      const api = replicas.filter((replica) => replica.service === 'api');
      expect(api).to.have.length(5);
      expect(api[0]).to.deep.equal({ service: 'api', id: 'api-green-0', digest: digestOf('api 1.4.0'), healthy: true });
    });

    it('gives the input of the last run as long as ECS runs nothing else', async () => {
      await slots.provision('green', input, work);
      expect((await slots.state('green')).input).to.deep.equal(input);
      ecs.setImage('web-green', imageByDigest(newer.release.artifacts['web']!));
      expect((await slots.state('green')).input).to.equal(undefined);
    });

    it('counts what should run and does not', async () => {
      await slots.provision('green', input, work);
      await ecs.setDesired('web-green', 4);
      const { replicas } = await slots.state('green');
      expect(replicas.filter((replica) => !replica.healthy)).to.deep.equal([
        { service: 'web', id: 'missing-1', digest: 'none', healthy: false, because: 'it does not run' },
      ]);
    });

    for (const [what, targets, because] of [
      ['fault 16: of which nobody is a target any more', [], 'its target group is empty'],
      [
        'fault 26: whose targets are all unhealthy',
        ['unhealthy'],
        'the load balancer calls none of its targets healthy',
      ],
    ] as const) {
      it(`${what} is no healthy service, whatever ECS says of its tasks`, async () => {
        await slots.provision('green', input, work);
        const [api] = routes;
        alb.setHealth(api!.targetGroups.green, targets);
        const { replicas } = await slots.state('green');
        const ill = replicas.filter(({ healthy }) => !healthy);
        expect(ill.map(({ service }) => service)).to.deep.equal(Array.from({ length: 5 }, () => 'api'));
        expect(new Set(ill.map((replica) => replica.because))).to.deep.equal(new Set([because]));
      });
    }

    it('goes without the store: what its last run was is then not known', async () => {
      await slots.provision('green', input, work);
      storeFails = true;
      const { standing, input: known } = await slots.state('green');
      expect({ standing, known }).to.deep.equal({ standing: true, known: undefined });
    });

    it('fault 31: outlasts throttling', async () => {
      ecs.throttled = 4;
      expect((await slots.state('green')).standing).to.equal(false);
    });
  });

  describe('provision', () => {
    it('runs the slot with the input, as many as asked for, and proves what runs', async () => {
      const evidence = await slots.provision('green', input, work);
      expect(ups).to.deep.equal([{ stack: 'production-green', input }]);
      expect(ecs.calls).to.include.members(['UpdateService api-green 5', 'UpdateService web-green 3']);
      expect(evidence).to.deep.include({ stack: 'production-green', seconds: 1.5, changes: { create: 9 } });
      expect(evidence['replicas']).to.have.length(8);
    });

    it('starts no background work', async () => {
      await slots.provision('green', input, work);
      expect(ecs.calls.filter((call) => /^UpdateService (worker|scheduler)/.test(call))).to.deep.equal([]);
    });

    it('keeps the other slot as large as it is meanwhile, and lets this one scale', async () => {
      await slots.provision('green', input, work);
      expect(ecs.scaleIn.get('api-blue')).to.equal(false);
      expect(ecs.scaleIn.get('api-green')).to.equal(true);
    });

    it('lets the other slot shrink again when the run says so, and fails nothing when AWS does not', async () => {
      await slots.provision('green', input, work);
      ecs.scalingDenied = true;
      expect(await slots.letShrink?.('blue', work))
        .to.have.property('failed')
        .that.has.length(4);
      expect(ecs.scaleIn.get('api-blue')).to.equal(false);
      ecs.scalingDenied = false;
      expect(await slots.letShrink?.('blue', work)).to.deep.equal({ shrinks: 'blue' });
      expect(ecs.scaleIn.get('api-blue')).to.equal(true);
    });

    it('fault 14: is not done when ECS has put the old image back and calls that completed', async () => {
      stand('green', input);
      onUp = () => undefined;
      const error = await rejection(slots.provision('green', newer, work), PlatformError);
      expect(error.message).to.match(/did not become what was asked for in time: api still runs sha256:/);
    });

    it('fault 14: says what ECS says when it gives up, and what its tasks died of', async () => {
      onUp = (colour, what) => {
        stand(colour, what);
        ecs.giveUp('api-green', 'tasks failed to start');
      };
      ecs.stoppedBecause = 'Essential container in task exited';
      const error = await rejection(slots.provision('green', input, work), PlatformError);
      expect(error.message).to.equal(
        'ECS gave up on api-green: tasks failed to start; Essential container in task exited',
      );
    });

    it('waits for targets that the load balancer calls healthy', async () => {
      const [api] = routes;
      alb.setHealth(api!.targetGroups.green, ['initial']);
      const lines: string[] = [];
      const unhealthy = 'green: api: the load balancer does not call its targets healthy yet';
      const say = (line: string): void => {
        lines.push(line);
        if (line === unhealthy) alb.setHealth(api!.targetGroups.green, ['healthy', 'draining']);
      };
      await slots.provision('green', input, { ...work, say });
      // Tasks come first, then what the load balancer says of them.
      expect(lines).to.deep.equal(['green: api: replica missing-1: it does not run', unhealthy]);
    });

    it('says which replica is not healthy when time is over', async () => {
      onUp = (colour, what) => {
        stand(colour, what);
        ecs.setHealth('web-green', 'UNHEALTHY');
      };
      const error = await rejection(slots.provision('green', input, work), PlatformError);
      expect(error.message).to.match(/web: replica web-green-0: its container is unhealthy/);
    });

    it('leaves the record of the slot alone when the engine fails', async () => {
      await slots.provision('green', input, work);
      onUp = () => {
        throw new EngineError('the state is locked');
      };
      await rejection(slots.provision('green', newer, work), EngineError);
      expect((await slots.state('green')).input).to.deep.equal(input);
    });

    it('stops waiting when it is interrupted', async () => {
      const reason = new Error('interrupted');
      const controller = new AbortController();
      onUp = (colour, what) => {
        stand(colour, what);
        ecs.setHealth('web-green', 'UNHEALTHY');
        controller.abort(reason);
      };
      const error = await rejection(slots.provision('green', input, { ...work, signal: controller.signal }));
      expect(error).to.equal(reason);
    });
  });

  describe('destroy', () => {
    it('is refused before anything is touched while the slot has weight', async () => {
      const error = await rejection(slots.destroy('blue', work), RefusedError);
      expect(error.message).to.match(/it has weight .*slot blue must keep standing/);
      expect(destroyed).to.deep.equal([]);
    });

    it('fault 8: is refused while requests still reached it in the last minutes, whatever its weight', async () => {
      await slots.provision('green', input, work);
      alb.edit(routes[0]!.ruleArn, {
        forward: [
          { targetGroupArn: routes[0]!.targetGroups.blue, weight: 0 },
          { targetGroupArn: routes[0]!.targetGroups.green, weight: 100 },
        ],
      });
      alb.request(routes[0]!.ruleArn);
      alb.edit(routes[0]!.ruleArn, {
        forward: [
          { targetGroupArn: routes[0]!.targetGroups.blue, weight: 100 },
          { targetGroupArn: routes[0]!.targetGroups.green, weight: 0 },
        ],
      });
      clock.leap(130_000);
      const error = await rejection(slots.destroy('green', work), RefusedError);
      expect(error.message).to.match(/1 requests reached it in the last minutes/);
      clock.leap(180_000);
      await slots.destroy('green', work);
      expect(destroyed).to.deep.equal(['production-green']);
    });

    it('lets the other slot shrink again', async () => {
      await slots.provision('green', input, work);
      await slots.destroy('green', work);
      expect(ecs.scaleIn.get('api-blue')).to.equal(true);
    });
  });

  describe('restart', () => {
    beforeEach(async () => {
      await slots.provision('green', input, work);
      ecs.calls.length = 0;
    });

    it('is over when none of the tasks of before is left, whatever ECS calls the deployment', async () => {
      const before = (await slots.state('green')).replicas.map(({ id }) => id);
      const began = clock.monotonic();
      expect(await slots.restart?.('green', work)).to.deep.equal({ 'api-green': 5, 'web-green': 3 });
      expect(clock.monotonic() - began).to.be.at.least(ecs.takes);
      const after = await slots.state('green');
      expect(after.replicas.filter(({ id }) => before.includes(id))).to.deep.equal([]);
      expect(after.replicas.every(({ healthy }) => healthy)).to.equal(true);
    });

    it('starts no service that works for nobody', async () => {
      await slots.restart?.('green', work);
      expect(ecs.calls.filter((call) => call.includes('anew'))).to.have.members([
        'UpdateService api-green anew',
        'UpdateService web-green anew',
      ]);
    });

    it('is not done while a task of before still runs, nor when ECS gives up', async () => {
      ecs.stubborn.add('web-green');
      const late = await rejection(slots.restart!('green', work), PlatformError);
      expect(late.message).to.match(
        /^slot green did not start again in time: web: task web-green-\d of before still runs/,
      );
      ecs.giveUp('api-green', 'no such secret');
      const given = await rejection(slots.restart!('green', work), PlatformError);
      expect(given.message).to.match(/^slot green did not|^ECS gave up on api-green: no such secret/);
    });
  });

  it('is quiet since the last minute that had requests', async () => {
    expect(await slots.quiet('blue')).to.deep.include({ inFlight: 0, idleMilliseconds: undefined });
    for (let index = 0; index < 3; index += 1) alb.request(routes[0]!.ruleArn);
    clock.leap(10 * 60_000);
    const { inFlight, idleMilliseconds } = await slots.quiet('blue');
    expect(inFlight).to.equal(0);
    expect(idleMilliseconds).to.be.within(9 * 60_000, 10 * 60_000);
  });
});
