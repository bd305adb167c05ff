import { expect } from 'chai';
import { FencedError } from '../../contract/errors.js';
import type { Weights } from '../../contract/weights.js';
import type { DeadMansSwitch } from '../../pipeline/ports/dead-mans-switch.js';
import type { Traffic } from '../../pipeline/ports/traffic.js';
import { rejection } from '../support/rejection.js';

/** A balancer with everything on blue and no run so far, and a way to let time pass on it. */
export interface SwitchBench {
  readonly traffic: Traffic;
  readonly deadMansSwitch: DeadMansSwitch;
  /** Resolves when a deadline that many milliseconds away has passed, and whatever it leads to is done. */
  pass(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

const blue: Weights = { blue: 100, green: 0 };
const green: Weights = { blue: 0, green: 100 };
const tenth: Weights = { blue: 90, green: 10 };

/** What every platform's dead-man's switch must do. */
export function describeSwitch(name: string, makeBench: () => Promise<SwitchBench>): void {
  describe(`The dead-man's switch of ${name}`, () => {
    let bench: SwitchBench;
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(() => bench.stop());

    const arm = async (deadlineMilliseconds: number, token = 5): Promise<void> =>
      bench.deadMansSwitch.arm({ run: 'run-1', returnTo: blue, token, deadlineMilliseconds });
    const disarm = async (token: number): Promise<void> => bench.deadMansSwitch.disarm(token);
    const shift = async (weights: Weights, token = 5) => bench.traffic.shift(weights, { expected: undefined, token });

    it('puts split traffic back at its deadline, takes the next token, and says so until the next time', async () => {
      await shift(tenth);
      await arm(200);
      await bench.pass(200);
      expect(await bench.traffic.read()).to.deep.include({ weights: blue, token: 6 });
      const { armed, fired } = await bench.deadMansSwitch.read();
      expect(armed).to.equal(undefined);
      expect(fired).to.deep.include({ run: 'run-1', returnTo: blue, token: 6 });
    });

    it('leaves whole traffic of the other slot where it is: it lapses, and fences nobody', async () => {
      await shift(tenth);
      await arm(200);
      await shift(green);
      await bench.pass(200);
      expect(await bench.traffic.read()).to.deep.include({ weights: green, token: 5 });
      expect(await bench.deadMansSwitch.read()).to.deep.equal({ armed: undefined, fired: undefined });
      await shift(tenth);
    });

    it('fences the silent run also where traffic is back already, so that it can begin no split again', async () => {
      await arm(200);
      await bench.pass(200);
      expect(await rejection(shift(tenth))).to.be.instanceOf(FencedError);
      expect(await bench.traffic.read()).to.deep.include({ weights: blue });
    });

    it('does not fire before a deadline that was moved, nor once disarmed', async () => {
      await shift(tenth);
      await arm(200);
      await arm(60_000);
      await bench.pass(200);
      expect((await bench.deadMansSwitch.read()).armed).to.deep.include({ run: 'run-1', token: 5 });
      await arm(200);
      await bench.deadMansSwitch.disarm(5);
      await bench.pass(200);
      expect(await bench.traffic.read()).to.deep.include({ weights: tenth, token: 5 });
    });

    it('is armed and disarmed by nobody with a lower token than the balancer has seen', async () => {
      await shift(tenth, 7);
      expect(await rejection(arm(200, 6))).to.be.instanceOf(FencedError);
      expect(await rejection(disarm(6))).to.be.instanceOf(FencedError);
    });
  });
}
