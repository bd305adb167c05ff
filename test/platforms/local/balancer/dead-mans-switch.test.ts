import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FencedError } from '../../../../contract/errors.js';
import type { Weights } from '../../../../contract/weights.js';
import { localDeadMansSwitch } from '../../../../platforms/local/dead-mans-switch.js';
import { Balancer } from '../../../../platforms/local/host/balancer/balancer.js';
import { localTraffic } from '../../../../platforms/local/traffic.js';
import type { DeadMansSwitch } from '../../../../pipeline/ports/dead-mans-switch.js';
import type { Traffic } from '../../../../pipeline/ports/traffic.js';
import { rejection } from '../../../support/rejection.js';
import { allBlue, allGreen, bench, eventually } from './bench.js';
import type { Bench } from './bench.js';

const tenth: Weights = { blue: 90, green: 10 };

describe("The balancer's dead-man's switch", function () {
  this.timeout(30_000);
  let bed: Bench;
  let deadMansSwitch: DeadMansSwitch;
  let traffic: Traffic;
  beforeEach(async () => {
    bed = await bench();
    deadMansSwitch = localDeadMansSwitch(bed.client);
    traffic = localTraffic(bed.client);
  });
  afterEach(() => bed.stop());

  const arm = (deadlineMilliseconds: number, token = 5, returnTo = allBlue): Promise<void> =>
    deadMansSwitch.arm({ run: 'run-1', returnTo, token, deadlineMilliseconds });
  const fires = (): Promise<void> =>
    eventually('it fires', async () => (await deadMansSwitch.read()).fired !== undefined);

  it('puts split traffic back when nobody is heard of, takes the next token, and is found later', async () => {
    await bed.shift(tenth, 5);
    const began = performance.now();
    await arm(500);
    await fires();
    expect(performance.now() - began).to.be.at.least(500);
    const { weights, token } = await traffic.read();
    expect(weights).to.deep.equal(allBlue);
    expect(token).to.equal(6);
    const { armed, fired } = await deadMansSwitch.read();
    expect(armed).to.equal(undefined);
    expect(fired).to.include({ run: 'run-1', token: 6 });
    expect(fired?.returnTo).to.deep.equal(allBlue);
    expect(Date.now() - Date.parse(fired?.at ?? '')).to.be.within(0, 60_000);
  });

  it('fences off the run that was silent, in all it may still try', async () => {
    await arm(50);
    await fires();
    await rejection(traffic.shift(tenth, { expected: undefined, token: 5 }), FencedError);
    await rejection(traffic.open(['api'], tenth, { expected: undefined, token: 5 }), FencedError);
    await rejection(arm(1_000), FencedError);
    await rejection(deadMansSwitch.disarm(5), FencedError);
    expect((await traffic.read()).weights).to.deep.equal(allBlue);
  });

  it('does not fire while its deadline is moved ahead of it', async () => {
    await bed.shift(tenth, 5);
    for (let beat = 0; beat < 8; beat += 1) {
      await arm(2_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect((await deadMansSwitch.read()).fired).to.equal(undefined);
    expect((await traffic.read()).weights).to.deep.equal(tenth);
    expect((await deadMansSwitch.read()).armed?.remainingMilliseconds).to.be.within(1, 2_000);
  });

  it('does not fire once it is disarmed, nor what a later owner of the traffic has made void', async () => {
    await arm(1_000);
    await deadMansSwitch.disarm(5);
    await bed.shift(tenth, 5);
    await arm(1_000);
    await traffic.shift({ blue: 80, green: 20 }, { expected: tenth, token: 6 });
    expect((await deadMansSwitch.read()).armed).to.equal(undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect((await deadMansSwitch.read()).fired).to.equal(undefined);
    expect((await traffic.read()).weights).to.deep.equal({ blue: 80, green: 20 });
  });

  it('never moves whole traffic: a run that fell silent at 100 % is left there', async () => {
    await bed.shift(tenth, 5);
    await arm(1_000);
    await bed.shift(allGreen, 5);
    await eventually('it has lapsed', async () => (await deadMansSwitch.read()).armed === undefined);
    expect((await traffic.read()).weights).to.deep.equal(allGreen);
    expect((await deadMansSwitch.read()).fired).to.equal(undefined);
    expect((await traffic.read()).token).to.equal(5);
  });

  it('fires also before the first shift, so that a run which wakes up later is refused', async () => {
    await arm(50);
    await fires();
    await rejection(traffic.shift(tenth, { expected: allBlue, token: 5 }), FencedError);
  });

  describe('over a restart of the balancer', () => {
    const restarted = async (): Promise<Balancer> => {
      await bed.balancer.close(0);
      return Balancer.open({ ...bed.balancer.options, port: 0 });
    };

    it('has the time left that it had, not the whole of it again', async () => {
      await bed.shift(tenth, 5);
      await arm(20_000);
      await new Promise((resolve) => setTimeout(resolve, 2_300));
      const again = await restarted();
      const { armed } = await deadMansSwitch.read();
      await again.close(0);
      expect(armed).to.include({ run: 'run-1', token: 5 });
      expect(armed?.remainingMilliseconds).to.be.within(1, 19_000);
    });

    it('still fires, and still knows that it fired', async () => {
      await bed.shift(tenth, 5);
      await arm(400);
      let again = await restarted();
      await fires();
      expect((await traffic.read()).weights).to.deep.equal(allBlue);
      await again.close(0);
      again = await Balancer.open({ ...bed.balancer.options, port: 0 });
      expect((await deadMansSwitch.read()).fired).to.include({ run: 'run-1', token: 6 });
      expect((await traffic.read()).weights).to.deep.equal(allBlue);
      await again.close(0);
    });

    it('does not take the time left of an arming that was renewed since', async () => {
      await bed.shift(tenth, 5);
      await arm(20_000);
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      const file = join(bed.balancer.options.directory, 'balancer-switch.json');
      const noted = await readFile(file, 'utf8');
      await arm(60_000);
      await writeFile(file, noted);
      const again = await restarted();
      expect((await deadMansSwitch.read()).armed?.remainingMilliseconds).to.be.greaterThan(50_000);
      await again.close(0);
    });
  });
});
