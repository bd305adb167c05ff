import { expect } from 'chai';
import { otherColour } from '../../../../contract/colour.js';
import type { Colour } from '../../../../contract/colour.js';
import { weightsTo } from '../../../../contract/weights.js';
import { allBlue, allGreen, bench, eventually } from './bench.js';
import type { Bench } from './bench.js';
import { slotServer } from './slot-server.js';
import type { SlotServer } from './slot-server.js';
import { crowd } from './users.js';

describe('Switching', function () {
  this.timeout(120_000);
  let bed: Bench;
  beforeEach(async () => {
    bed = await bench();
  });
  afterEach(() => bed.stop());

  /** Answers with its name after some milliseconds, so that there are always requests in flight. */
  function slowly(slot: SlotServer, name: string, milliseconds: number): void {
    slot.answer = (_incoming, response) => {
      setTimeout(() => response.end(name), milliseconds);
    };
  }

  async function drained(colour: Colour): Promise<void> {
    await eventually(`${colour} is drained`, async () => (await bed.client.call('quiet', { colour })).inFlight === 0);
  }

  it('fault 36: 50 times there and back, the slot that was left restarted each time, fails no request', async () => {
    const standing: Record<Colour, SlotServer> = { blue: bed.blue, green: bed.green };
    slowly(standing.blue, 'blue', 5);
    slowly(standing.green, 'green', 5);
    const users = crowd(20, { port: bed.port });
    let live: Colour = 'blue';
    for (let turn = 1; turn <= 50; turn += 1) {
      const to = otherColour(live);
      await bed.client.call('shift', { weights: weightsTo(to, 100), expected: weightsTo(live, 100), token: turn });
      await drained(live);
      await standing[live].stop();
      // The next release comes up where the last one was, on another port as replicas do.
      standing[live] = await slotServer(live);
      slowly(standing[live], live, 5);
      const targets = [{ id: `${turn}`, port: standing[live].port }];
      await bed.client.call('putTargets', { colour: live, service: 'api', targets });
      await bed.healthy();
      live = to;
    }
    await users.leave();
    await Promise.all([standing.blue.stop(), standing.green.stop()]);
    expect(users.failures).to.deep.equal([]);
    expect(users.sent).to.be.greaterThan(500);
    expect([...users.bodies.keys()].sort()).to.deep.equal(['blue', 'green']);
  });

  it('fails no request when the same port is restarted, either', async () => {
    const users = crowd(10, { port: bed.port });
    const ports = { blue: bed.blue.port, green: bed.green.port };
    const standing: Record<Colour, SlotServer> = { blue: bed.blue, green: bed.green };
    let live: Colour = 'blue';
    for (let turn = 1; turn <= 10; turn += 1) {
      const to = otherColour(live);
      await bed.shift(weightsTo(to, 100), turn);
      await drained(live);
      await standing[live].stop();
      standing[live] = await slotServer(live, ports[live]);
      await bed.healthy();
      live = to;
    }
    await users.leave();
    await Promise.all([standing.blue.stop(), standing.green.stop()]);
    expect(users.failures).to.deep.equal([]);
  });

  it('lets what has begun finish in the slot that was left', async () => {
    const held: (() => void)[] = [];
    bed.blue.answer = (_incoming, response) => held.push(() => response.end('blue'));
    const users = crowd(10, { port: bed.port });
    await eventually('ten are in flight', () => held.length === 10);
    await bed.shift(allGreen);
    expect((await bed.client.call('quiet', { colour: 'blue' })).inFlight).to.equal(10);
    for (const release of held) release();
    await drained('blue');
    await users.leave();
    expect(users.failures).to.deep.equal([]);
    expect(users.bodies.get('blue')).to.equal(10);
  });

  it('chooses nothing for the slot that was left once the shift is answered', async () => {
    const users = crowd(20, { port: bed.port });
    for (let turn = 1; turn <= 20; turn += 1) {
      const mark = await bed.shift(turn % 2 === 1 ? allGreen : allBlue, turn);
      const to = turn % 2 === 1 ? 'green' : 'blue';
      const chosen = async () => (await bed.client.call('choices', { since: mark })).services['api'];
      await eventually('requests have come since', async () => ((await chosen())?.[to] ?? 0) >= 20);
      expect((await chosen())?.[otherColour(to)]).to.equal(0);
    }
    await users.leave();
    expect(users.failures).to.deep.equal([]);
  });
});
