import { join } from 'node:path';
import { conduct, type Conducting } from '../../cli/run/conduct.js';
import type { Event } from '../../contract/event.js';
import type { Release } from '../../contract/release.js';
import { FolderStore } from '../../journal/folder-store.js';
import { readJournal } from '../../journal/read-journal.js';
import type { Store } from '../../journal/store.js';
import { Turn } from '../../pipeline/endings.js';
import { lossOf } from '../../pipeline/loss.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { planRestore } from '../../pipeline/plan-restore.js';
import { planRollback } from '../../pipeline/plan-rollback.js';
import { isFinal, progressOf } from '../../pipeline/progress.js';
import type { Ended } from '../../pipeline/run.js';
import { localOutputs, someRules, someSettings } from './product.js';
import { openWorldFile, type OpenWorld } from './world-file.js';

/** Crossfade's commands on a fake world in a folder, so that processes can die and others go on. */
export class FakeCrossfade {
  readonly store: Store;
  readonly #folder: string;

  readonly #open: (file: string) => OpenWorld;

  constructor(
    folder: string,
    store: Store = new FolderStore(join(folder, 'store')),
    open: (file: string) => OpenWorld = openWorldFile,
  ) {
    this.#folder = folder;
    this.store = store;
    this.#open = open;
  }

  deploy(run: string, release: Release): Promise<Ended> {
    return this.#conduct(run, async (world) =>
      planDeploy({ ...(await facts(world, run)), release, settings: someSettings() }),
    );
  }

  rollback(run: string): Promise<Ended> {
    return this.#conduct(run, async (world) => planRollback({ ...(await facts(world, run)), unproven: undefined }));
  }

  restore(run: string, backup: string, acknowledgedRows: number | null): Promise<Ended> {
    return this.#conduct(run, async (world) => {
      const loss = lossOf((await world.platform.database?.writesSince({ backup })) ?? nothingKnown);
      return planRestore({
        ...(await facts(world, run)),
        unproven: undefined,
        backup,
        loss,
        acknowledged: { rows: acknowledgedRows },
        maintenanceMilliseconds: 900_000,
      });
    });
  }

  resume(run: string): Promise<Ended> {
    return this.#conduct(run);
  }

  goBack(run: string): Promise<Ended> {
    return this.#conduct(run, undefined, new Turn('somebody wants it back', 'grace', 'rollback'));
  }

  world() {
    return this.#open(this.#worldFile);
  }

  async events(run: string): Promise<readonly Event[]> {
    return (await readJournal(this.store, run)).events;
  }

  /** Has a run begun, and is it over? */
  async state(run: string): Promise<'none' | 'unfinished' | 'over'> {
    if ((await this.store.last(`journals/${run}`)) === undefined) return 'none';
    return isFinal(progressOf(await this.events(run))) ? 'over' : 'unfinished';
  }

  get #worldFile(): string {
    return join(this.#folder, 'world.json');
  }

  #conduct(
    run: string,
    plan?: (world: OpenWorld) => ReturnType<NonNullable<Conducting['plan']>>,
    turn?: Turn,
  ): Promise<Ended> {
    const world = this.world();
    return conduct({
      store: this.store,
      clock: world.clock,
      platform: world.platform,
      quarantine: { list: () => Promise.resolve([]), add: () => Promise.resolve() },
      environment: 'local',
      by: 'ada',
      run,
      ...(plan ? { plan: () => plan(world) } : {}),
      ...(turn ? { turn, preempt: true } : {}),
      interrupt: new AbortController().signal,
      onEvent: () => undefined,
      say: () => undefined,
    });
  }
}

const nothingKnown = { seconds: 0, walBytes: 0, tables: undefined, migrations: [], because: 'there is no database' };

async function facts({ platform, clock }: OpenWorld, run: string) {
  return {
    run,
    environment: 'local',
    outputs: localOutputs(platform.world.services),
    // Short holds at a high rate: what is tested is the boundaries, not the waiting between them.
    rules: someRules({ hold: '1s', bake: '1s' }),
    affinity: 'none' as const,
    scales: true,
    reading: await platform.traffic.read(),
    slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
    requestedBy: 'ada',
    because: 'a test',
    now: clock.now(),
  };
}
