import { expect } from 'chai';
import type { Colour } from '../../contract/colour.js';
import { DriftError, FencedError } from '../../contract/errors.js';
import type { Weights } from '../../contract/weights.js';
import type { Traffic } from '../../pipeline/ports/traffic.js';

/**
 * A balancer as the suite finds it: `api` and `web` open with everything on blue, `admin` dark, both slots healthy,
 * and no run so far. What a platform's balancer can't be made to do is left out, and its test is shown as pending.
 */
export interface TrafficBench {
  readonly traffic: Traffic;
  /** Another runner takes the environment over with this token; its port to the same balancer. */
  takeOver(token: number): Promise<Traffic>;
  /** So many requests of users to each open service; resolves when the platform could have counted them. */
  load(requests: number): Promise<void>;
  /** Somebody writes one service's weights past every port. */
  setByHand?(service: string, weights: Weights): Promise<void>;
  /** Users' requests keep going where they went, whatever is written from now on. */
  freezeDataPlane?(): Promise<void>;
  sicken?(colour: Colour): Promise<void>;
  stop(): Promise<void>;
}

export interface TrafficTraits {
  /** The balancer itself remembers the highest token that it was shown. */
  readonly keepsToken: boolean;
  /** Looks without users' requests to see are answered by requests of its own. */
  readonly topsUp: boolean;
}

/** A platform of the other kind has no such promise to keep. */
const absent = (): void => undefined;

const blue: Weights = { blue: 100, green: 0 };
const green: Weights = { blue: 0, green: 100 };
const tenth: Weights = { blue: 90, green: 10 };
const half: Weights = { blue: 50, green: 50 };

/** What every platform's Traffic port must do. */
export function describeTraffic(name: string, traits: TrafficTraits, makeBench: () => Promise<TrafficBench>): void {
  describe(`Traffic of ${name}`, () => {
    let bench: TrafficBench;
    let traffic: Traffic;
    beforeEach(async () => {
      bench = await makeBench();
      traffic = bench.traffic;
    });
    afterEach(() => bench.stop());

    const look = (weights: Weights, since: string) => traffic.converged(weights, since, AbortSignal.timeout(30_000));

    describe('read', () => {
      it("gives each open service's weights, what they share, and which routes are dark", async () => {
        const reading = await traffic.read();
        expect(reading.services).to.deep.equal({ api: blue, web: blue });
        expect(reading.weights).to.deep.equal(blue);
        expect(reading.dark).to.deep.equal(['admin']);
        expect(reading.token).to.equal(0);
      });

      it('shares no weights while the services are mixed', async function () {
        if (!bench.setByHand) this.skip();
        await bench.setByHand('web', tenth);
        const reading = await traffic.read();
        expect(reading.services).to.deep.equal({ api: blue, web: tenth });
        expect(reading.weights).to.equal(undefined);
      });

      it("stops with the signal's reason", async () => {
        const reason = new Error('interrupted');
        expect(await failure(traffic.read(AbortSignal.abort(reason)))).to.equal(reason);
      });
    });

    describe('shift', () => {
      it('moves every open service, leaves dark routes dark, and gives what it read back', async () => {
        const { reading } = await traffic.shift(tenth, { expected: blue, token: 1 });
        expect(reading.services).to.deep.equal({ api: tenth, web: tenth });
        expect(reading.dark).to.deep.equal(['admin']);
        expect(await traffic.read()).to.deep.equal(reading);
      });

      it('takes shares of a tenth of a percent', async () => {
        const sliver = { blue: 99.9, green: 0.1 };
        await traffic.shift(sliver, { expected: blue, token: 1 });
        expect((await traffic.read()).weights).to.deep.equal(sliver);
      });

      it('may be repeated', async () => {
        await traffic.shift(half, { expected: blue, token: 1 });
        await traffic.shift(half, { expected: half, token: 1 });
        expect((await traffic.read()).weights).to.deep.equal(half);
      });

      it('refuses when the weights are not the expected ones, and changes nothing', async () => {
        expect(await failure(traffic.shift(half, { expected: tenth, token: 1 }))).to.be.instanceOf(DriftError);
        expect((await traffic.read()).weights).to.deep.equal(blue);
      });

      it('refuses when somebody moved one service by hand', async function () {
        if (!bench.setByHand) this.skip();
        await bench.setByHand('web', tenth);
        expect(await failure(traffic.shift(half, { expected: blue, token: 1 }))).to.be.instanceOf(DriftError);
        expect((await traffic.read()).services).to.deep.equal({ api: blue, web: tenth });
      });

      it('puts mixed services back when it expects nothing', async function () {
        if (!bench.setByHand) this.skip();
        await bench.setByHand('web', half);
        await traffic.shift(green, { expected: undefined, token: 1 });
        expect((await traffic.read()).services).to.deep.equal({ api: green, web: green });
      });

      it('is refused to a runner whose environment was taken over, whatever it expects', async () => {
        await traffic.shift(tenth, { expected: blue, token: 1 });
        const other = await bench.takeOver(2);
        await other.shift(half, { expected: tenth, token: 2 });
        expect(await failure(traffic.shift(green, { expected: half, token: 1 }))).to.be.instanceOf(FencedError);
        expect(await failure(traffic.shift(green, { expected: undefined, token: 1 }))).to.be.instanceOf(FencedError);
        expect((await other.read()).weights).to.deep.equal(half);
      });

      (traits.keepsToken ? it : absent)('says which token the balancer has seen', async () => {
        const { reading } = await traffic.shift(tenth, { expected: blue, token: 7 });
        expect(reading.token).to.equal(7);
        expect((await traffic.read()).token).to.equal(7);
      });

      it('writes nothing once its signal is aborted, and stops with the reason', async () => {
        const reason = new Error('interrupted');
        const options = { expected: blue, token: 1, signal: AbortSignal.abort(reason) };
        expect(await failure(traffic.shift(half, options))).to.equal(reason);
        expect((await traffic.read()).weights).to.deep.equal(blue);
      });
    });

    describe('open and close', () => {
      it('give users a dark route with the weights asked for, and take it away again', async () => {
        const opened = await traffic.open(['admin'], blue, { expected: blue, token: 1 });
        expect(opened.services).to.deep.equal({ admin: blue, api: blue, web: blue });
        expect(opened.dark).to.deep.equal([]);
        const closed = await traffic.close(['admin'], { expected: blue, token: 1 });
        expect(closed.services).to.deep.equal({ api: blue, web: blue });
        expect(closed.dark).to.deep.equal(['admin']);
      });

      it('may be repeated', async () => {
        await traffic.open(['admin'], blue, { expected: blue, token: 1 });
        expect((await traffic.open(['admin'], blue, { expected: blue, token: 1 })).dark).to.deep.equal([]);
        await traffic.close(['admin'], { expected: blue, token: 1 });
        expect((await traffic.close(['admin'], { expected: blue, token: 1 })).dark).to.deep.equal(['admin']);
      });

      it('let a shift move the opened route with the others', async () => {
        await traffic.open(['admin'], blue, { expected: blue, token: 1 });
        await traffic.shift(tenth, { expected: blue, token: 1 });
        expect((await traffic.read()).services).to.deep.equal({ admin: tenth, api: tenth, web: tenth });
      });

      it('are refused to a runner whose environment was taken over', async () => {
        await traffic.shift(tenth, { expected: blue, token: 1 });
        const other = await bench.takeOver(2);
        await other.shift(blue, { expected: tenth, token: 2 });
        expect(await failure(traffic.open(['admin'], blue, { expected: undefined, token: 1 }))).to.be.instanceOf(
          FencedError,
        );
        expect(await failure(traffic.close(['web'], { expected: undefined, token: 1 }))).to.be.instanceOf(FencedError);
        expect((await other.read()).dark).to.deep.equal(['admin']);
      });
    });

    describe('converged', () => {
      it("says yes when users' requests divide as the weights say", async () => {
        const { mark } = await traffic.shift(half, { expected: blue, token: 1 });
        await bench.load(400);
        const verdict = await look(half, mark);
        expect(verdict.answer, verdict.because).to.equal('yes');
      });

      it('says yes for whole traffic', async () => {
        const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
        await bench.load(400);
        const verdict = await look(green, mark);
        expect(verdict.answer, verdict.because).to.equal('yes');
      });

      it('says no when the weights are others', async () => {
        const { mark } = await traffic.shift(tenth, { expected: blue, token: 1 });
        await bench.load(400);
        const verdict = await look(half, mark);
        expect(verdict.answer, verdict.because).to.equal('no');
        expect(verdict.because).to.not.equal('');
      });

      it('fault 8: says no while requests still go where they went', async function () {
        if (!bench.freezeDataPlane) this.skip();
        await bench.freezeDataPlane();
        const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
        await bench.load(400);
        const verdict = await look(green, mark);
        expect(verdict.answer, verdict.because).to.equal('no');
      });

      it('says no when a slot with weight is not healthy', async function () {
        if (!bench.sicken) this.skip();
        const { mark } = await traffic.shift(half, { expected: blue, token: 1 });
        await bench.load(400);
        await bench.sicken('green');
        const verdict = await look(half, mark);
        expect(verdict.answer, verdict.because).to.equal('no');
      });

      (!traits.topsUp ? it : absent)('says unknown while there was too little to see', async () => {
        const { mark } = await traffic.shift(half, { expected: blue, token: 1 });
        const verdict = await look(half, mark);
        expect(verdict.answer, verdict.because).to.equal('unknown');
      });

      (traits.topsUp ? it : absent)('sees by requests of its own where users send none', async () => {
        const { mark } = await traffic.shift(half, { expected: blue, token: 1 });
        const verdict = await look(half, mark);
        expect(verdict.answer, verdict.because).to.equal('yes');
      });
    });
  });
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return expect.fail('it was done, and should have been refused');
}
