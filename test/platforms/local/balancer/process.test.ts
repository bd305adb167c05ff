import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigurationError, FencedError, PlatformError } from '../../../../contract/errors.js';
import { balancerClient } from '../../../../platforms/local/host/balancer/client.js';
import type { BalancerClient } from '../../../../platforms/local/host/balancer/client.js';
import { startBalancer, stopBalancer } from '../../../../platforms/local/host/balancer/start.js';
import type { StartArguments } from '../../../../platforms/local/host/balancer/start-arguments.js';
import { findProcess } from '../../../../platforms/local/host/processes/process-table.js';
import { localTraffic } from '../../../../platforms/local/traffic.js';
import { rejection } from '../../../support/rejection.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { allBlue, allHealthy, eventually } from './bench.js';
import { slotServer } from './slot-server.js';
import type { SlotServer } from './slot-server.js';
import { ask, crowd } from './users.js';

describe("The balancer's process", function () {
  this.timeout(120_000);
  let options: StartArguments;
  let client: BalancerClient;
  const slots: SlotServer[] = [];

  // Before the folder goes, in which the process is found again.
  afterEach(async () => {
    await stopBalancer({ ...options, withinMilliseconds: 5_000 });
    for (const slot of slots.splice(0)) {
      slot.server.closeAllConnections();
      await slot.stop();
    }
  });
  const folder = temporaryFolder();

  beforeEach(() => {
    options = {
      directory: folder.path,
      port: 0,
      adminSocket: join(folder.path, 'admin.sock'),
      testSocket: join(folder.path, 'test.sock'),
      affinity: 'none',
    };
    client = balancerClient(options.adminSocket);
  });

  /** One service with a replica in each slot, open with everything on blue. */
  async function serve(): Promise<void> {
    await client.call('putRoutes', {
      routes: { api: { path: '/', health: { path: '/healthz', everyMilliseconds: 100 } } },
    });
    for (const colour of ['blue', 'green'] as const) {
      const slot = await slotServer(colour);
      slots.push(slot);
      await client.call('putTargets', { colour, service: 'api', targets: [{ id: '1', port: slot.port }] });
    }
    await client.call('open', { services: ['api'], weights: allBlue, token: 1 });
    await allHealthy(client);
  }

  async function kill(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', async () => (await findProcess(pid)) === undefined);
  }

  describe('when it is started', () => {
    it('serves, is left alone by a second start, and keeps the port that the system chose', async () => {
      const first = await startBalancer(options);
      await serve();
      expect((await ask({ port: first.port })).body).to.equal('blue');
      expect(await startBalancer(options)).to.deep.equal(first);
      await stopBalancer(options);
      const second = await startBalancer(options);
      expect(second.port).to.equal(first.port);
      expect(second.pid).to.not.equal(first.pid);
      await allHealthy(client);
      expect((await ask({ port: second.port })).body).to.equal('blue');
    });

    it('starts once when two start it at the same time', async () => {
      const [one, other] = await Promise.all([startBalancer(options), startBalancer(options)]);
      expect(one).to.deep.equal(other);
    });

    it('fault 54: names the port when it is taken, and changes nothing', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const error = await rejection(startBalancer({ ...options, port }), PlatformError);
      expect(error.message).to.contain(`port ${port}`).and.to.contain('taken');
      expect(error.hint).to.contain('port');
      expect(await readdir(folder.path)).to.deep.equal(['balancer.log']);

      const running = await startBalancer(options);
      await serve();
      const moved = await rejection(startBalancer({ ...options, port }), PlatformError);
      expect(moved.message).to.contain(`port ${port}`);
      expect((await ask({ port: running.port })).body).to.equal('blue');
      taken.close();
    });

    it('moves to another port without failing a request', async () => {
      const first = await startBalancer(options);
      await serve();
      const users = crowd(5, { port: first.port }, 2);
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address() as AddressInfo;
      free.close();
      await once(free, 'close');
      const moved = await startBalancer({ ...options, port });
      expect(moved).to.deep.equal({ pid: first.pid, port });
      expect((await ask({ port })).body).to.equal('blue');
      await users.leave();
      // Those who hold a connection are served on it; who connects anew finds the new port only.
      expect(users.failures.filter((failure) => !failure.includes('ECONNREFUSED'))).to.deep.equal([]);
      await rejection(ask({ port: first.port }));
    });

    it('takes another affinity without a restart', async () => {
      const first = await startBalancer(options);
      await serve();
      expect(await startBalancer({ ...options, affinity: 'cohort' })).to.deep.equal(first);
      expect((await ask({ port: first.port })).headers['set-cookie']).to.have.length(1);
    });

    it('is not held up by a stale pid file, stale sockets, or a lock of a starter that was killed', async () => {
      const first = await startBalancer(options);
      await kill(first.pid);
      // The pid has since gone to somebody else: it must not be killed, nor taken for the balancer.
      const stranger = spawn('sleep', ['60']);
      await writeFile(join(folder.path, 'balancer.pid.json'), JSON.stringify({ pid: stranger.pid, startTime: 'then' }));
      await writeFile(join(folder.path, 'balancer.starting'), JSON.stringify({ pid: stranger.pid, startTime: 'then' }));
      const second = await startBalancer(options);
      expect(second.port).to.equal(first.port);
      await stopBalancer(options);
      expect(await findProcess(stranger.pid ?? 0)).to.not.equal(undefined);
      stranger.kill();
    });

    it('refuses a socket path that the system would cut off', async () => {
      const adminSocket = join(folder.path, 'x'.repeat(120));
      const error = await rejection(startBalancer({ ...options, adminSocket }), ConfigurationError);
      expect(error.message).to.contain('103 bytes');
    });

    it('says which process it is when that runs but its admin socket is gone', async () => {
      const { pid } = await startBalancer(options);
      await unlink(options.adminSocket);
      const error = await rejection(startBalancer(options), PlatformError);
      expect(error.message).to.contain(String(pid));
      await stopBalancer(options);
      expect(await findProcess(pid)).to.equal(undefined);
    });

    it('inherits nothing of our environment', async () => {
      process.env['CROSSFADE_TEST_SECRET'] = 'canary-4711';
      const { pid } = await startBalancer(options);
      delete process.env['CROSSFADE_TEST_SECRET'];
      expect(await readFile(`/proc/${pid}/environ`, 'utf8')).to.not.contain('canary-4711');
    });
  });

  describe('when it is killed', () => {
    it('fault 40: comes back with the last committed split, token, routes and targets', async () => {
      const first = await startBalancer(options);
      await serve();
      await client.call('shift', { weights: { blue: 70, green: 30 }, expected: allBlue, token: 7 });
      await kill(first.pid);
      await rejection(client.call('read', {}), PlatformError);
      const second = await startBalancer(options);
      const traffic = localTraffic(client);
      const reading = await traffic.read();
      expect(reading.weights).to.deep.equal({ blue: 70, green: 30 });
      expect(reading.token).to.equal(7);
      await rejection(traffic.shift(allBlue, { expected: undefined, token: 6 }), FencedError);
      const answers = await Promise.all(Array.from({ length: 60 }, () => ask({ port: second.port })));
      expect(new Set(answers.map(({ body }) => body))).to.deep.equal(new Set(['blue', 'green']));
    });

    it('fault 40: in the middle of one shift after the other, comes back with one of them, whole', async () => {
      const ends: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        const { pid } = await startBalancer(options);
        if (round === 0) await serve();
        let asked = 0;
        let answered = 0;
        const start = (await client.call('read', {})).reading.token;
        const shifting = (async () => {
          for (;;) {
            asked += 1;
            // The weights tell which shift it was: the token and they belong together.
            const token = start + asked;
            await client.call('shift', { weights: { blue: token % 100, green: 100 - (token % 100) }, token });
            answered = asked;
          }
        })().catch(() => undefined);
        await eventually('some shifts are done', () => answered >= 3);
        await new Promise((resolve) => setTimeout(resolve, round * 7));
        await kill(pid);
        await shifting;
        await startBalancer(options);
        const { weights, token } = (await client.call('read', {})).reading;
        expect(token).to.be.within(start + answered, start + asked);
        expect(weights).to.deep.equal({ blue: token % 100, green: 100 - (token % 100) });
        ends.push(token);
      }
      expect(ends.at(-1)).to.be.greaterThan(6);
    });

    it('fault 40: is not confused by a state file that was torn, and says so', async () => {
      const first = await startBalancer(options);
      await serve();
      await client.call('shift', { weights: { blue: 60, green: 40 }, token: 2 });
      await client.call('shift', { weights: { blue: 50, green: 50 }, token: 2 });
      await kill(first.pid);
      const file = join(folder.path, 'balancer-state.json');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.slice(0, text.length / 2));
      await startBalancer(options);
      expect((await client.call('read', {})).reading.weights).to.deep.equal({ blue: 60, green: 40 });
      expect(await readFile(join(folder.path, 'balancer.log'), 'utf8')).to.contain('torn');
    });

    it('does not begin with weights of its own when no state can be read', async () => {
      const first = await startBalancer(options);
      await serve();
      await kill(first.pid);
      for (const name of ['balancer-state.json', 'balancer-state.previous.json']) {
        await writeFile(join(folder.path, name), '{"checksum":');
      }
      const error = await rejection(startBalancer(options), PlatformError);
      expect(error.message).to.contain('unreadable');
      expect(error.hint).to.contain('move both files away');
    });

    it('refuses a state whose bytes were changed', async () => {
      const first = await startBalancer(options);
      await serve();
      await kill(first.pid);
      const file = join(folder.path, 'balancer-state.json');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"blue":100,"green":0', '"blue":0,"green":100'));
      await startBalancer(options);
      expect((await client.call('read', {})).reading.weights?.green).to.not.equal(100);
    });
  });

  describe('when its state cannot be written', () => {
    /** Where the temporary file is to go there is a folder of that name. */
    const block = () => symlink('/nowhere/at/all', join(folder.path, 'balancer-state.json.writing'));

    it('fault 53: does not split traffic, but takes it back all the same, and writes that down when it can', async () => {
      const { pid } = await startBalancer(options);
      await serve();
      await client.call('shift', { weights: { blue: 50, green: 50 }, token: 2 });
      await block();
      const error = await rejection(
        client.call('shift', { weights: { blue: 10, green: 90 }, token: 2 }),
        PlatformError,
      );
      expect(error.message).to.contain('nothing was changed');
      expect((await client.call('read', {})).reading.weights).to.deep.equal({ blue: 50, green: 50 });
      const { saved, reading } = await client.call('shift', { weights: allBlue, token: 3 });
      expect(saved).to.equal(false);
      expect(reading.weights).to.deep.equal(allBlue);
      await rejection(client.call('shift', { weights: allBlue, token: 2 }), FencedError);
      await unlink(join(folder.path, 'balancer-state.json.writing'));
      await eventually('it is saved', async () => (await client.call('read', {})).saved);
      await kill(pid);
      await startBalancer(options);
      expect((await client.call('read', {})).reading).to.include({ token: 3 });
      expect((await client.call('read', {})).reading.weights).to.deep.equal(allBlue);
    });
  });

  describe('when it is stopped', () => {
    it('finishes what has begun, takes nothing new, and ends', async () => {
      const { pid, port } = await startBalancer(options);
      await serve();
      let release: () => void = () => undefined;
      const slot = slots[0];
      if (slot === undefined) throw new Error('no slot');
      slot.answer = (_incoming, response) => {
        if (slot.requests.length === 1) release = () => response.end('late');
        else response.end();
      };
      const pending = ask({ port });
      await eventually('it is in flight', () => slot.requests.length === 1);
      process.kill(pid, 'SIGTERM');
      await eventually('it takes nothing new', () =>
        ask({ port }).then(
          () => false,
          () => true,
        ),
      );
      release();
      const { body, headers } = await pending;
      expect(body).to.equal('late');
      expect(headers.connection).to.equal('close');
      await eventually('it has ended', async () => (await findProcess(pid)) === undefined);
      expect((await readdir(folder.path)).filter((name) => name.endsWith('.sock'))).to.deep.equal([]);
    });

    it('stays stopped when it is stopped again', async () => {
      const { pid } = await startBalancer(options);
      await stopBalancer(options);
      expect(await findProcess(pid)).to.equal(undefined);
      await stopBalancer(options);
    });

    it('is killed when it does not end in time', async () => {
      const { pid, port } = await startBalancer(options);
      await serve();
      const slot = slots[0];
      if (slot === undefined) throw new Error('no slot');
      slot.answer = () => undefined;
      const pending = ask({ port }).catch(() => 'broken');
      await eventually('it is in flight', () => slot.requests.length === 1);
      await stopBalancer({ ...options, withinMilliseconds: 300 });
      expect(await findProcess(pid)).to.equal(undefined);
      expect(await pending).to.equal('broken');
    });

    it('is seen as another start by marks of the one before', async () => {
      await startBalancer(options);
      await serve();
      const { mark } = await client.call('mark', {});
      await stopBalancer(options);
      await startBalancer(options);
      expect((await client.call('observe', { since: mark })).complete).to.equal(false);
    });
  });

  it('ends when its folder is gone: nobody could reach it any more, nor would it remember anything', async () => {
    const { pid } = await startBalancer(options);
    await rm(folder.path, { recursive: true });
    await eventually('it has ended', async () => (await findProcess(pid)) === undefined);
  });

  it('keeps its folder to its owner', async () => {
    await startBalancer(options);
    await rename(join(folder.path, 'balancer-state.json'), join(folder.path, 'looked-at'));
    const { stat } = await import('node:fs/promises');
    for (const name of ['looked-at', 'balancer.log', 'admin.sock', 'test.sock', 'balancer.pid.json']) {
      expect((await stat(join(folder.path, name))).mode & 0o077, name).to.equal(0);
    }
  });
});
