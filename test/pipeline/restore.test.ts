import { expect } from 'chai';
import { FencedError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { Turn } from '../../pipeline/endings.js';
import { lossOf } from '../../pipeline/loss.js';
import { planRestore } from '../../pipeline/plan-restore.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { localOutputs, someRelease } from '../support/product.js';

/** 1.0.0 was live in blue, 2.0.0 is in green; 40 rows were written since the backup before 2.0.0. */
async function twoReleases(): Promise<FakeRun> {
  const fake = await withLive(someRelease('1.0.0'));
  await fake.deploy(someRelease('2.0.0', { requiredSettings: [] }));
  fake.world.database!.rows += 40;
  fake.world.effects.length = 0;
  return fake;
}

const newest = (fake: FakeRun): string => fake.world.database!.backups.at(-1)!;

async function planOf(fake: FakeRun, rows: number | null, backup = newest(fake)): Promise<Plan> {
  const { platform } = fake;
  return planRestore({
    run: 'restore-1',
    environment: 'local',
    outputs: localOutputs(fake.world.services),
    rules: fake.rules,
    affinity: 'none',
    reading: await platform.traffic.read(),
    slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
    unproven: undefined,
    requestedBy: 'ada',
    because: 'orders were garbled',
    now: fake.clock.now(),
    backup,
    loss: lossOf(await platform.database!.writesSince({ backup })),
    acknowledged: { rows },
    maintenanceMilliseconds: 900_000,
  });
}

describe('Restoring the database', () => {
  it('fault 20: happens behind the maintenance page, beside, checked, and keeps what was in use', async () => {
    const fake = await twoReleases();
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended).to.include({ outcome: 'completed', live: 'blue' });
    expect(ended.because).to.equal('blue is live, on the restored database');
    expect(fake.world.effects).to.deep.equal([
      'maintenance on',
      'stop worker in green',
      `restore ${newest(fake)} beside`,
      'switch to the restored database',
      'restart blue',
      'restart green',
      'shift blue 100 % / green 0 %',
      'hand over worker to blue',
      'maintenance off',
    ]);
    expect(fake.world.maintenance).to.equal(null);
  });

  it('says in its journal what was lost, in rows, minutes and bytes', async () => {
    const fake = await twoReleases();
    await fake.start(await planOf(fake, 40));
    const passed = fake.events.flatMap(({ body }) =>
      body.kind === 'passed' && body.step === 'final-mark' ? [body] : [],
    );
    expect(passed[0]?.because).to.equal(
      'lost: 40 rows written in 1 table, 60 s of writes, 4000 bytes of write-ahead log',
    );
    expect(passed[0]?.evidence).to.include({ rows: 40, minutes: 1, walBytes: 4_000 });
  });

  describe('fault 20: what was typed', () => {
    const refusals: [string, number | null, RegExp][] = [
      ['fewer rows', 39, /^40 rows would be lost now, 39 rows were acknowledged$/],
      ['a number that fits everything', 1_000_000, /far more than the 40 rows now$/],
      ['that nobody can count it', null, /^what would be lost can be counted: 40 rows$/],
    ];
    for (const [what, rows, because] of refusals) {
      it(`is refused before anything is changed when it is ${what}`, async () => {
        const fake = await twoReleases();
        const refused = await planOf(fake, rows).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(refused).to.be.instanceOf(RefusedError).with.property('message').that.matches(because);
        expect(refused).to.have.property('hint').that.contains('--lose "40 rows"');
        expect(fake.world.effects).to.deep.equal([]);
      });
    }

    it('is compared again behind the page: what came in between turns the run back', async () => {
      const fake = await twoReleases();
      const plan = await planOf(fake, 40);
      fake.world.database!.rows += 1;
      const ended = await fake.start(plan);
      expect(ended.outcome).to.equal('rolled-back');
      expect(ended.because).to.contain('41 rows would be lost now, 40 rows were acknowledged');
      expect(fake.world.effects).to.deep.equal([
        'maintenance on',
        'stop worker in green',
        'hand over worker to green',
        'maintenance off',
      ]);
    });
  });

  it('goes back when something is written behind the page after the last count', async () => {
    const fake = await twoReleases();
    fake.fault = (call) => {
      if (call === 'restores.verify') fake.world.database!.rows += 3;
    };
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended.outcome).to.equal('rolled-back');
    expect(ended.because).to.contain('public.orders (3)');
    expect(fake.world.database!.inUse).to.equal(null);
    expect(fake.world.maintenance).to.equal(null);
  });

  it('goes back when users were let in before the switch', async () => {
    const fake = await twoReleases();
    fake.fault = (call) => {
      if (call === 'restores.verify') fake.world.maintenance = null;
    };
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended.outcome).to.equal('rolled-back');
    expect(ended.because).to.contain('the maintenance page is off: users may have written in between');
    expect(fake.world.database!.inUse).to.equal(null);
  });

  it('keeps the page on for as long as it takes', async () => {
    const fake = await twoReleases();
    const plan = await planOf(fake, 40);
    const { platform } = fake;
    const { database } = platform;
    const slow = {
      ...platform,
      database: {
        ...database!,
        restores: {
          ...database!.restores!,
          beside: async (backup: string, run: string, work: Parameters<NonNullable<typeof database>['backUp']>[1]) => {
            await fake.clock.sleep(7_200_000);
            return database!.restores!.beside(backup, run, work);
          },
        },
      },
    };
    const ended = await fake.start(plan, { platform: slow });
    expect(ended.outcome).to.equal('completed');
    expect(fake.world.effects).not.to.include('maintenance over');
  });

  it('uses a page that somebody has switched on, and leaves it on', async () => {
    const fake = await twoReleases();
    await fake.platform.maintenance!.on({ owner: 'grace', because: 'looking', forMilliseconds: 3_600_000 });
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended.outcome).to.equal('completed');
    expect(fake.world.maintenance).to.include({ owner: 'grace', because: 'looking' });
  });

  for (const call of ['restores.beside', 'restores.verify', 'restores.switchTo', 'slots.restart', 'traffic.shift']) {
    it(`puts everything back when ${call} fails, and ends the page`, async () => {
      const fake = await twoReleases();
      let failed = false;
      fake.fault = (name) => {
        if (name !== call || failed) return;
        failed = true;
        throw new PlatformError('no');
      };
      const ended = await fake.start(await planOf(fake, 40));
      expect(ended).to.include({ outcome: 'rolled-back', live: 'green' });
      expect(fake.world).to.deep.include({ maintenance: null, owner: { worker: 'green' } });
      expect(fake.world.database).to.deep.include({ inUse: null, restored: [] });
    });
  }

  for (const [what, write] of [
    ['while the page was off', (fake: FakeRun) => (fake.world.maintenance = null)],
    ['behind the page', (fake: FakeRun) => (fake.world.database!.rows += 2)],
  ] as const) {
    it(`loses no row on its way back that was written after the switch, ${what}`, async () => {
      const fake = await twoReleases();
      fake.fault = (call) => {
        if (call !== 'slots.probe') return;
        write(fake);
        throw new PlatformError('no');
      };
      const ended = await fake.start(await planOf(fake, 40));
      expect(ended).to.include({ outcome: 'rolled-back', live: 'green' });
      expect(fake.world.effects).to.include('switch back to the kept database, keeping what was written since');
      expect(fake.world.effects).not.to.include('remove the restored database');
      expect(fake.world.database!.inUse).to.equal(null);
      expect(fake.world.maintenance).to.equal(null);
    });
  }

  it('is held behind its page while the database can not be switched back, and goes on from there', async () => {
    const fake = await twoReleases();
    fake.fault = (call) => {
      if (call === 'slots.probe' || call === 'restores.switchBack') throw new PlatformError('no answer');
    };
    const held = await fake.start(await planOf(fake, 40));
    expect(held).to.include({ outcome: 'held', live: 'green' });
    expect(held.because).to.contain('not put back yet, and nothing before it: let slots use the restored database');
    expect(fake.world.maintenance).not.to.equal(null);
    expect(fake.world.owner, 'no background work on it either').to.deep.equal({});
    fake.fault = () => undefined;
    const ended = await fake.resume();
    expect(ended).to.include({ outcome: 'rolled-back', live: 'green' });
    expect(fake.world.database).to.deep.include({ inUse: null, restored: [] });
    expect(fake.world).to.deep.include({ maintenance: null, owner: { worker: 'green' } });
  });

  it('is taken back when somebody asks for it in its middle', async () => {
    const fake = await twoReleases();
    fake.fault = (call) => {
      if (call === 'slots.restart' && !fake.turn.signal.aborted) fake.turn.abort(new Turn('no', 'grace', 'abort'));
    };
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended).to.include({ outcome: 'aborted', live: 'green' });
    expect(fake.world.database!.inUse).to.equal(null);
    expect(fake.world.maintenance).to.equal(null);
  });

  it('holds where nobody knows whether users are in again, and goes on from there', async () => {
    const fake = await twoReleases();
    fake.fault = (call) => {
      if (call === 'maintenance.off') throw new PlatformError('no answer');
    };
    const held = await fake.start(await planOf(fake, 40));
    expect(held.outcome).to.equal('held');
    expect(fake.world.database!.inUse).to.equal('restore-1');
    fake.fault = () => undefined;
    const ended = await fake.resume();
    expect(ended).to.include({ outcome: 'completed', live: 'blue' });
    expect(fake.world.maintenance).to.equal(null);
  });

  it('can be gone on with from every line of its journal', async function () {
    // Dozens of runs: on a machine that does much else they take their time.
    this.timeout(60_000);
    const lines = await (async () => {
      const fake = await twoReleases();
      await fake.start(await planOf(fake, 40));
      return fake.events.length;
    })();
    for (let cut = 1; cut < lines; cut += 1) {
      const fake = await twoReleases();
      const plan = await planOf(fake, 40);
      // A fenced run stops without a word, as a killed one does.
      const dead = new FencedError('killed');
      let written = 0;
      fake.journalFault = () => {
        written += 1;
        if (written > cut) throw dead;
      };
      await fake.start(plan).catch((error: unknown) => expect(error).to.equal(dead));
      fake.journalFault = () => undefined;
      const ended = await fake.resume();
      expect(ended, `after line ${cut}`).to.include({ outcome: 'completed', live: 'blue' });
      expect(fake.world.maintenance, `after line ${cut}`).to.equal(null);
      expect(fake.world.database!.inUse, `after line ${cut}`).to.equal('restore-1');
      expect(fake.world.owner, `after line ${cut}`).to.deep.equal({ worker: 'blue' });
    }
  }).timeout(60_000);

  it('stays on the live slot where nothing stands beside it', async () => {
    const fake = await twoReleases();
    fake.world.slots.blue = null;
    const ended = await fake.start(await planOf(fake, 40));
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
    expect(fake.world.effects).to.include('restart green').and.not.to.include('restart blue');
    expect(fake.world.effects.some((effect) => effect.startsWith('shift'))).to.equal(false);
    expect(fake.world.owner).to.deep.equal({ worker: 'green' });
  });
});
