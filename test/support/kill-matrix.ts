import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LeaseHeldError } from '../../contract/errors.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { anchorOf, readLease } from '../../journal/lease.js';
import { verifyJournal } from '../../journal/verify.js';
import { bundle } from './bundle.js';
import { FakeCrossfade } from './fake-crossfade.js';
import { emptyWorld } from './fake-platform.js';
import { deployAndDie, type Errand } from './kill-child-process.js';
import { openStoreOfChild, type OpenedStore } from './open-store-of-child.js';
import { someRelease, someServices } from './product.js';
import { saveWorld } from './world-file.js';

const second = 'local-20260101t000001z-second';

/** What goes on after the kill: each must leave the world whole. */
const followers: Record<string, (crossfade: FakeCrossfade) => Promise<void>> = {
  async resume(crossfade) {
    if ((await crossfade.state(second)) === 'unfinished') await crossfade.resume(second);
  },
  async rollback(crossfade) {
    const state = await crossfade.state(second);
    if (state === 'unfinished') await crossfade.goBack(second);
    if (state === 'over') await crossfade.rollback('local-20260101t000002z-backxx');
  },
  async 'resume after the deadline'(crossfade) {
    const { platform, clock } = crossfade.world();
    platform.advanceTo(clock.monotonic() + 3_600_000);
    saveWorldOf(crossfade, platform.world);
    if ((await crossfade.state(second)) === 'unfinished') await crossfade.resume(second);
  },
};

/** Every boundary copies a whole store; on a memory file system that costs little. */
const memory = '/dev/shm';

let saveWorldOf: (crossfade: FakeCrossfade, world: Parameters<typeof saveWorld>[1]) => void;

export interface KillMatrix {
  /** 2.0.0 is good, 3.0.0 fails under users' requests. */
  readonly versions: readonly string[];
  /** Else each point is followed up by one of them, in turn. */
  readonly everyFollower: boolean;
  readonly timeoutMilliseconds: number;
  /** Where the stores lie; folders beside the worlds when left out. */
  readonly stores?: KillStores;
}

/** Stores by name, for the copies that every boundary needs. */
export interface KillStores {
  open(name: string): OpenedStore;
  copy(from: string, to: string): Promise<void>;
}

/** Kills a deploy on the fake platform at every journal boundary, in processes of their own, and lets others go on. */
export function describeKillMatrix(options: KillMatrix): void {
  describe('killing the runner', function () {
    this.timeout(options.timeoutMilliseconds);
    matrix(options);
  });
}

function matrix({ versions, everyFollower, stores: named }: KillMatrix): void {
  let folder: string;
  let child: string;
  /** A folder's store is copied with the folder. */
  const stores = named ?? {
    open: (name: string) => ({ folder: join(folder, name, 'store') }),
    copy: () => Promise.resolve(),
  };
  const crossfadeIn = (name: string): FakeCrossfade =>
    new FakeCrossfade(join(folder, name), openStoreOfChild(JSON.stringify(stores.open(name))));
  const folders = new Map<FakeCrossfade, string>();

  before(async () => {
    folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'crossfade-kill-'));
    saveWorldOf = (crossfade, world) => saveWorld(join(folders.get(crossfade) ?? folder, 'world.json'), world);
    child = await bundle(new URL('kill-child.ts', import.meta.url), join(folder, 'child.mjs'));
    const start = join(folder, 'start');
    await mkdir(start);
    saveWorld(join(start, 'world.json'), { ...emptyWorld(someServices()), requestsPerSecond: 20_000 });
    const ended = await crossfadeIn('start').deploy('local-20260101t000000z-firstx', someRelease('1.0.0'));
    expect(ended.outcome).to.equal('completed');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const copyOf = async (source: string, name: string): Promise<string> => {
    await cp(join(folder, source), join(folder, name), { recursive: true });
    await stores.copy(source, name);
    return name;
  };
  const drop = (name: string): Promise<void> => rm(join(folder, name), { recursive: true });
  const errandOf = (name: string, version: string, point: Errand['point']): Errand => {
    return { folder: join(folder, name), store: stores.open(name), version, point };
  };

  const checkInvariants = async (crossfade: FakeCrossfade, where: string): Promise<void> => {
    const { world } = crossfade.world().platform;
    expect(world.lost, `${where}: I1 requests lost`).to.equal(0);
    const live = world.weights['api'];
    expect(live?.blue === 100 || live?.green === 100, `${where}: I2 whole, was ${JSON.stringify(live)}`).to.equal(true);
    expect(world.weights['web'], `${where}: I2 together`).to.deep.equal(live);
    const migrated = world.effects.filter((effect) => effect === 'migrate 001_orders.sql');
    expect(migrated.length, `${where}: I3 migrated once`).to.be.at.most(1);
    const backups = world.effects.filter((effect) => effect.startsWith('back up before-local-20260101t000001z'));
    expect(new Set(backups).size, `${where}: I4 one backup by one name`).to.be.at.most(1);
    expect(world.armed, `${where}: no switch left armed`).to.equal(null);
    expect(world.held, `${where}: no slot is kept from shrinking for ever`).to.deep.equal([]);
    expect(world.slots.blue?.release.version, `${where}: I8 the first slot still stands`).to.equal('1.0.0');
    const owner = world.owner['worker'];
    expect(owner, `${where}: background work is where the traffic is`).to.equal(live?.blue === 100 ? 'blue' : 'green');
    const lease = await readLease(crossfade.store, 'local');
    expect(lease?.lease.holder, `${where}: I6 the lease is free`).to.equal(null);
    if ((await crossfade.state(second)) === 'none') return;
    const { findings } = await verifyJournal(crossfade.store, second, await anchorOf(crossfade.store, 'local', second));
    expect(findings, `${where}: I5 the chain verifies`).to.deep.equal([]);
    const last = (await crossfade.events(second)).at(-1)?.body;
    expect(last?.kind, `${where}: I5 the journal has an end`).to.equal('ended');
  };

  for (const version of versions) {
    it(`fault 1: of a deploy of ${version === '2.0.0' ? 'a good' : 'a bad'} release at every journal boundary leaves a run that anyone can finish`, async () => {
      const all = Object.entries(followers);
      /** True when the deploy got there. */
      const dieAndGoOn = async (append: number, when: Errand['point']['when']): Promise<boolean> => {
        const where = `${version} ${when} append ${append}`;
        const died = await copyOf('start', `died-${version}-${append}-${when}`);
        if (version === '3.0.0') makeBad(died);
        if (!(await deployAndDie(child, errandOf(died, version, { append, when })))) return false;
        const turn = 2 * append + (when === 'before' ? 0 : 1);
        const chosen = everyFollower ? all : all.filter((_, index) => index === turn % all.length);
        for (const [name, follow] of chosen) {
          const copy = await copyOf(died, `followed-${version}-${append}-${when}-${name.replaceAll(' ', '-')}`);
          const crossfade = crossfadeIn(copy);
          folders.set(crossfade, join(folder, copy));
          await follow(crossfade);
          await freeLease(crossfade);
          await checkInvariants(crossfade, `${where}, then ${name}`);
          await drop(copy);
        }
        await drop(died);
        return true;
      };
      let killed = 0;
      for (let append = 0; ; append += 1) {
        // Side by side: each in worlds of its own, and mostly waiting for a process.
        const reached = await Promise.all([dieAndGoOn(append, 'before'), dieAndGoOn(append, 'after')]);
        killed += reached.filter(Boolean).length;
        if (!reached.includes(true)) break;
      }
      expect(killed).to.be.greaterThan(40);
    });
  }

  it('fault 12: a second deploy meets the unfinished first one, or finds everything as it was', async () => {
    const died = await copyOf('start', 'second-deploy');
    const errand = errandOf(died, '2.0.0', { append: 30, when: 'after' });
    expect(await deployAndDie(child, errand)).to.equal(true);
    const crossfade = crossfadeIn(died);
    let thrown: unknown;
    await crossfade
      .deploy('local-20260101t000003z-thirdx', someRelease('2.1.0'))
      .catch((error: unknown) => (thrown = error));
    expect(thrown).not.to.be.instanceOf(LeaseHeldError);
    expect(String(thrown)).to.contain('split');
  });

  const makeBad = (name: string): void => {
    const { world } = crossfadeIn(name).world().platform;
    world.behaviours['3.0.0'] = { errorPercent: 10 };
    saveWorld(join(folder, name, 'world.json'), world);
  };
}

/** A process that died before its run began, or after its end, leaves its lease behind; the next one sees the death and takes it at once. */
async function freeLease(crossfade: FakeCrossfade): Promise<void> {
  const { clock } = crossfade.world();
  const lease = await acquireLease(crossfade.store, { environment: 'local', run: 'x', by: 'ada', clock });
  await lease.release();
}
