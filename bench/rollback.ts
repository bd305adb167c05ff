import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { conduct, type Conducting } from '../cli/run/conduct.js';
import { systemClock } from '../cli/run/system-clock.js';
import type { Plan } from '../contract/plan.js';
import { settingsOf } from '../contract/settings.js';
import { weightsTo } from '../contract/weights.js';
import { FolderStore } from '../journal/folder-store.js';
import { newRunId } from '../journal/run-id.js';
import { StoredQuarantine } from '../journal/stored-quarantine.js';
import { planDeploy } from '../pipeline/plan-deploy.js';
import { planRollback } from '../pipeline/plan-rollback.js';
import type { Platform } from '../pipeline/ports/platform.js';
import { someRules } from '../test/support/product.js';
import { startChild, type Child } from './parts/child.js';
import { cleaning } from './parts/cleaning.js';
import { startLoad } from './parts/load.js';
import { benchedBalancer } from './parts/local-balancer.js';
import { quantile, verdictOf } from './parts/spread.js';
import { oneServiceOutputs, oneServiceRelease, standing, twoSlots } from './parts/two-slots.js';
import type { Table } from './print-table.js';

export const name = 'rollback';

const automatic = 30;
const askedFor = 30;
const users = 20;
const target = 100;
/** Longer than any request is on its way. */
const settle = 250;

interface Rig {
  readonly platform: Platform;
  readonly green: Child;
  readonly store: FolderStore;
}

/**
 * From the decision to go back to the last request that began on the slot that is left, by the runner itself with its
 * journal and its lease. The slot that is left is broken: what it answers is not counted as failed.
 */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-bench-'));
    later(() => rm(folder, { recursive: true, force: true }));
    const blue = await startChild('slot-process');
    later(() => blue.end());
    const green = await startChild('broken-slot-process');
    later(() => green.end());
    const balancer = await benchedBalancer(blue, green, weightsTo('blue', 100));
    later(() => balancer.end());
    const load = await startLoad(`http://127.0.0.1:${balancer.port}`, { users });
    later(() => load.end());
    await pause(1_000);
    const rig = { platform: twoSlots(balancer.client), green, store: new FolderStore(folder) };
    const judged: number[] = [];
    for (let count = 0; count < automatic; count += 1) judged.push(await judgedBad(rig));
    const asked: number[] = [];
    for (let count = 0; count < askedFor; count += 1) asked.push(await askedBack(rig));
    const { requests, failed, ownErrors } = await load.soFar();
    const title = `Back from a broken slot, under the load of ${users} kept-alive clients that never wait`;
    const rows = [
      rowOf('judged bad at 50 % → last request begun on it', judged),
      rowOf('rollback asked for at 100 % → last request begun on it', asked),
    ];
    return { title, rows: rows.map((row) => ({ ...row, requests, 'its own errors': ownErrors, failed })) };
  });
}

/** A deploy in the middle of its split, up to its automatic end: milliseconds from the evidence to the last request. */
async function judgedBad(rig: Rig): Promise<number> {
  let seen = NaN;
  const { platform } = rig;
  const metrics: Platform['metrics'] = {
    mark: () => platform.metrics.mark(),
    async observe(since, signal) {
      const observation = await platform.metrics.observe(since, signal);
      seen = now();
      return observation;
    },
  };
  const watched = { ...platform, metrics };
  const ended = await conduct(conductingOf(rig, watched, (facts) => onlyTheSplit(planDeploy(facts))));
  if (ended.outcome !== 'rolled-back') throw new Error(`expected a rollback, found ${ended.outcome}: ${ended.because}`);
  return sinceThen(rig, seen);
}

/** A whole rollback of the slot that has all the traffic: milliseconds from the call to the last request. */
async function askedBack(rig: Rig): Promise<number> {
  const { platform } = rig;
  const { token } = await platform.traffic.read();
  await platform.traffic.shift(weightsTo('green', 100), { expected: undefined, token });
  await pause(settle);
  const asked = now();
  const plan = (facts: Facts): Plan => {
    const { steps, ...rest } = planRollback({ ...facts, unproven: undefined });
    return { ...rest, steps: steps.filter(({ use }) => use === 'shift') };
  };
  const ended = await conduct({ ...conductingOf(rig, platform, plan), preempt: true });
  if (ended.outcome !== 'completed') throw new Error(`expected an end, found ${ended.outcome}: ${ended.because}`);
  return sinceThen(rig, asked);
}

async function sinceThen({ green }: Rig, then: number): Promise<number> {
  await pause(settle);
  const { lastBegan } = await green.ask(z.object({ lastBegan: z.number() }));
  return Math.max(0, lastBegan - then);
}

type Facts = Parameters<typeof planDeploy>[0];

function conductingOf({ store }: Rig, platform: Platform, planOf: (facts: Facts) => Plan): Conducting {
  const run = newRunId('bench', new Date());
  return {
    store,
    clock: systemClock,
    platform,
    quarantine: new StoredQuarantine(store, systemClock, 'bench'),
    environment: 'bench',
    by: 'bench',
    run,
    interrupt: new AbortController().signal,
    onEvent: () => undefined,
    say: () => undefined,
    plan: async () =>
      planOf({
        run,
        environment: 'bench',
        outputs: oneServiceOutputs,
        rules: someRules({ weights: [50, 100], minimumRequests: 50, bake: '1m', hold: '1m' }),
        affinity: 'none',
        release: oneServiceRelease('2.0.0'),
        settings: settingsOf({ values: {}, secrets: {} }),
        reading: await platform.traffic.read(),
        slots: { blue: standing('blue'), green: standing('green') },
        requestedBy: 'bench',
        because: 'bench',
        now: new Date(),
      }),
  };
}

function onlyTheSplit({ steps, ...plan }: Plan): Plan {
  return { ...plan, steps: steps.filter(({ id }) => id === 'shift-50' || id === 'judge-50') };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function rowOf(what: string, milliseconds: readonly number[]): Table['rows'][number] {
  const at = (part: number): string => quantile(milliseconds, part).toFixed(1);
  return {
    what,
    times: milliseconds.length,
    'p50, ms': at(0.5),
    'p99, ms': at(0.99),
    [`p99 < ${target} ms`]: verdictOf(quantile(milliseconds, 0.99), (value) => value < target),
  };
}
