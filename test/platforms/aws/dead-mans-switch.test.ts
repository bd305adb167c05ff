import { expect } from 'chai';
import { armedSwitchPayloadSchema, firedSwitchKey } from '../../../contract/armed-switch.js';
import { FencedError } from '../../../contract/errors.js';
import type { DeadMansSwitch } from '../../../pipeline/ports/dead-mans-switch.js';
import { awsDeadMansSwitch, type ScheduleApi } from '../../../platforms/aws/dead-mans-switch.js';
import { routesOf } from '../../../platforms/aws/routes-of.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const routes = routesOf(awsOutputs());
const arming = { run: 'run-1', returnTo: { blue: 99.9, green: 0.1 }, token: 4, deadlineMilliseconds: 90_400 };

describe('awsDeadMansSwitch', () => {
  let clock: LeapingClock;
  let scheduled: { at: Date; input: string } | undefined;
  let failures: number;
  let kept: Map<string, string>;
  let deadMans: DeadMansSwitch;

  const schedule: ScheduleApi = {
    read: () => Promise.resolve(scheduled),
    write: (at, input) => {
      if (failures > 0) {
        failures -= 1;
        return Promise.reject(new TransientError('UpdateSchedule: Throttling'));
      }
      scheduled = { at, input };
      return Promise.resolve();
    },
    remove: () => {
      scheduled = undefined;
      return Promise.resolve();
    },
  };

  beforeEach(() => {
    clock = new LeapingClock('2026-01-01T12:00:00.000Z');
    scheduled = undefined;
    failures = 0;
    kept = new Map();
    const keeper = {
      get: (key: string) => Promise.resolve(kept.get(key)),
      put: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
    };
    deadMans = awsDeadMansSwitch({ environment: 'production', schedule, routes, keeper, clock });
  });

  const fire = (token: number): void => {
    const record = { run: 'run-1', returnTo: arming.returnTo, token, at: '2026-01-01T12:02:00.000Z' };
    kept.set(firedSwitchKey('production'), JSON.stringify(record));
  };

  it('hands the function all that it needs, never due before the deadline', async () => {
    await deadMans.arm(arming);
    expect(scheduled?.at.toISOString()).to.equal('2026-01-01T12:01:31.000Z');
    const payload = armedSwitchPayloadSchema.parse(JSON.parse(scheduled?.input ?? ''));
    expect(payload).to.deep.include({ run: 'run-1', token: 4, returnTo: arming.returnTo });
    expect(payload.routes[0]).to.deep.equal({
      service: 'api',
      ruleArn: routes[0]?.ruleArn,
      targets: [
        { targetGroupArn: routes[0]?.targetGroups.blue, weight: 999 },
        { targetGroupArn: routes[0]?.targetGroups.green, weight: 1 },
      ],
    });
  });

  it('moves the deadline when it is armed again', async () => {
    await deadMans.arm(arming);
    clock.leap(60_000);
    await deadMans.arm({ ...arming, deadlineMilliseconds: 120_000 });
    expect((await deadMans.read()).armed).to.deep.equal({
      run: 'run-1',
      returnTo: arming.returnTo,
      token: 4,
      remainingMilliseconds: 120_000,
    });
  });

  it('is disarmed by its own token and any later one, not by an earlier', async () => {
    await deadMans.arm(arming);
    await deadMans.disarm(3);
    expect((await deadMans.read()).armed).to.not.equal(undefined);
    await deadMans.disarm(4);
    expect(await deadMans.read()).to.deep.equal({ armed: undefined, fired: undefined });
    await deadMans.disarm(4);
  });

  it('has nothing armed once it has fired, and says what it did', async () => {
    await deadMans.arm(arming);
    fire(5);
    const { armed, fired } = await deadMans.read();
    expect(armed).to.equal(undefined);
    expect(fired).to.deep.include({ run: 'run-1', token: 5, returnTo: arming.returnTo });
  });

  it('refuses to be armed by the run that it has fired on, and by one that was superseded', async () => {
    await deadMans.arm(arming);
    expect((await rejection(deadMans.arm({ ...arming, token: 3 }), FencedError)).message).to.match(
      /run run-1 has armed it/,
    );
    fire(5);
    expect((await rejection(deadMans.arm(arming), FencedError)).message).to.match(/fired, and took token 5/);
    await deadMans.arm({ ...arming, run: 'run-2', token: 6 });
    expect((await deadMans.read()).armed?.run).to.equal('run-2');
  });

  it('fault 31: outlasts throttling', async () => {
    failures = 3;
    await deadMans.arm(arming);
    expect(scheduled).to.not.equal(undefined);
  });
});
