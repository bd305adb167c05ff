import { colours, otherColour, type Colour } from '../../contract/colour.js';
import { DriftError, FencedError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { Service } from '../../contract/service.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { describeWeights, sameWeights, wholeColour, type Weights } from '../../contract/weights.js';
import type { Background } from '../../pipeline/ports/background.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { DeadMansSwitch, FiredSwitch } from '../../pipeline/ports/dead-mans-switch.js';
import type { Maintenance, MaintenanceState } from '../../pipeline/ports/maintenance.js';
import type { Metrics, Observation, ServiceSample } from '../../pipeline/ports/metrics.js';
import type { MigrationReview } from '../../pipeline/ports/migration-review.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Replica, Slots } from '../../pipeline/ports/slots.js';
import type { Reading, Traffic } from '../../pipeline/ports/traffic.js';
import { latencyBounds, latencyOf } from './fake-latency.js';

/** How a release behaves, by version. */
export interface Behaviour {
  /** Percent of users' requests that fail. */
  readonly errorPercent?: number;
  readonly latencyFactor?: number;
  /** Never healthy: provisioning fails. */
  readonly unhealthy?: boolean;
  /** Smoke checks get this status. */
  readonly smokeStatus?: number;
  /** The cookie that every answer sets; what it can't read is answered with 500. */
  readonly cookie?: { readonly sets: string; readonly reads: readonly string[] };
}

/** Everything that is true of the fake world; plain data, so that it can outlive a process in a file. */
export interface World {
  time: number;
  readonly services: Record<string, Service>;
  readonly behaviours: Record<string, Behaviour>;
  requestsPerSecond: number;
  weights: Record<string, Weights>;
  dark: string[];
  token: number;
  slots: Record<Colour, SlotInput | null>;
  /** Slots that a run keeps from shrinking by themselves. */
  held: Colour[];
  /** Of all open services together: what weights held from when. */
  history: { at: number; weights: Weights }[];
  owner: Record<string, Colour>;
  /** How often background work ran in two slots at once. Must stay 0. */
  doubled: number;
  armed: { run: string; returnTo: Weights; token: number; due: number } | null;
  fired: FiredSwitch | null;
  maintenance: { owner: string; because: string; since: string; due: number } | null;
  database: {
    applied: string[];
    /** With the rows written when each was taken. */
    backups: string[];
    migrating: number;
    /** Rows written to the database in use. */
    rows: number;
    rowsAt: Record<string, number>;
    /** Name of the run whose restored database is in use. */
    inUse: string | null;
    restored: string[];
  } | null;
  /** Every effect on the world, as words. */
  effects: string[];
  /** Requests that reached a slot which could not answer. Must stay 0. */
  lost: number;
}

export function emptyWorld(services: Record<string, Service>): World {
  return {
    time: 0,
    services,
    behaviours: {},
    requestsPerSecond: 100,
    weights: {},
    dark: Object.keys(services).filter((name) => services[name]?.kind === 'routed'),
    token: 0,
    slots: { blue: null, green: null },
    history: [],
    owner: {},
    doubled: 0,
    armed: null,
    fired: null,
    maintenance: null,
    database: { applied: [], backups: [], migrating: 0, rows: 0, rowsAt: {}, inUse: null, restored: [] },
    held: [],
    effects: [],
    lost: 0,
  };
}

/** Where tests make things go wrong: called before every port call with its name; may throw. */
export type Fault = (call: string) => void;

export interface FakePlatform extends Platform {
  readonly world: World;
  /** Time has moved: a due switch fires. */
  advanceTo(time: number): void;
}

/** A platform that keeps state and obeys the ports; `save` is called after every change. */
export function fakePlatform(world: World, options: { save?: () => void; fault?: Fault } = {}): FakePlatform {
  const save = options.save ?? (() => undefined);
  const fault = options.fault ?? (() => undefined);
  const did = (effect: string): void => {
    world.effects.push(effect);
    save();
  };

  const together = (): Weights | undefined => {
    const [first, ...others] = Object.values(world.weights);
    return first && others.every((each) => sameWeights(each, first)) ? first : undefined;
  };

  const reading = (): Reading => ({
    services: structuredClone(world.weights),
    weights: together(),
    dark: [...world.dark],
    token: world.token,
  });

  const fence = (token: number): void => {
    if (token < world.token) throw new FencedError(`token ${token} is behind ${world.token}`);
    world.token = token;
  };

  const write = (services: readonly string[], weights: Weights): void => {
    for (const service of services) world.weights[service] = weights;
    const now = together();
    if (now) world.history.push({ at: world.time, weights: now });
  };

  const healthy = (colour: Colour): boolean => {
    const input = world.slots[colour];
    return input !== null && world.behaviours[input.release.version]?.unhealthy !== true;
  };

  const traffic: Traffic = {
    read(signal) {
      signal?.throwIfAborted();
      fault('traffic.read');
      return Promise.resolve(reading());
    },
    shift(weights, { expected, token }) {
      fault('traffic.shift');
      fence(token);
      const now = together();
      if (expected && (!now || !sameWeights(now, expected))) {
        throw new DriftError(
          `weights are ${now ? describeWeights(now) : 'mixed'}, expected ${describeWeights(expected)}`,
        );
      }
      for (const colour of colours) if (weights[colour] > 0 && !healthy(colour)) world.lost += 1;
      write(Object.keys(world.weights), weights);
      did(`shift ${describeWeights(weights)}`);
      return Promise.resolve({ mark: String(world.time), reading: reading() });
    },
    open(services, weights, { token }) {
      fault('traffic.open');
      fence(token);
      world.dark = world.dark.filter((name) => !services.includes(name));
      write(services, weights);
      did(`open ${services.join(' ')}`);
      return Promise.resolve(reading());
    },
    close(services, { token }) {
      fault('traffic.close');
      fence(token);
      for (const service of services) {
        const { [service]: _closed, ...rest } = world.weights;
        world.weights = rest;
        if (!world.dark.includes(service)) world.dark.push(service);
      }
      did(`close ${services.join(' ')}`);
      return Promise.resolve(reading());
    },
    converged(weights, _since, signal) {
      signal.throwIfAborted();
      fault('traffic.converged');
      const now = together();
      const there = now !== undefined && sameWeights(now, weights);
      return Promise.resolve({
        answer: there ? 'yes' : 'no',
        because: there ? 'three reads agree' : 'weights differ',
        evidence: {},
      });
    },
  };

  const slots: Slots = {
    state(colour) {
      fault(`slots.state ${colour}`);
      return Promise.resolve({
        colour,
        standing: world.slots[colour] !== null,
        input: world.slots[colour] ?? undefined,
        replicas: replicasOf(world, colour, healthy(colour)),
      });
    },
    provision(colour, input, { signal }) {
      signal.throwIfAborted();
      fault('slots.provision');
      world.slots[colour] = input;
      const other = otherColour(colour);
      world.held = world.slots[other] === null ? [] : [other];
      did(`provision ${colour} ${input.release.version}`);
      if (!healthy(colour)) throw new PlatformError(`api of ${colour} is not healthy within 30 s`);
      return Promise.resolve({ replicas: replicasOf(world, colour, true).length });
    },
    destroy(colour) {
      fault('slots.destroy');
      if ((together()?.[colour] ?? 0) > 0) throw new RefusedError(`${colour} has traffic`);
      world.slots[colour] = null;
      did(`destroy ${colour}`);
      return Promise.resolve({});
    },
    letShrink(colour) {
      fault('slots.letShrink');
      world.held = world.held.filter((held) => held !== colour);
      save();
      return Promise.resolve({ shrinks: colour });
    },
    restart(colour, { signal }) {
      signal.throwIfAborted();
      fault('slots.restart');
      did(`restart ${colour}`);
      return Promise.resolve({});
    },
    probe(colour, request) {
      fault('slots.probe');
      const version = world.slots[colour]?.release.version;
      if (version === undefined) throw new PlatformError(`${colour} does not stand`);
      const { smokeStatus = 200, cookie } = world.behaviours[version] ?? {};
      const brought = request.headers?.['cookie'];
      const unreadable = brought !== undefined && cookie !== undefined && !cookie.reads.includes(brought);
      const status = unreadable ? 500 : request.path === '/healthz' ? 200 : smokeStatus;
      const expires = 'Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT';
      const headers = { 'x-version': version, ...(cookie ? { 'set-cookie': `${cookie.sets}; ${expires}` } : {}) };
      return Promise.resolve({ status, headers, body: version, milliseconds: 5 });
    },
    quiet() {
      fault('slots.quiet');
      return Promise.resolve({ inFlight: 0, idleMilliseconds: undefined });
    },
  };

  const metrics: Metrics = {
    mark() {
      fault('metrics.mark');
      return Promise.resolve(String(world.time));
    },
    observe(since, signal) {
      signal?.throwIfAborted();
      fault('metrics.observe');
      return Promise.resolve(observe(world, Number(since)));
    },
  };

  const background: Background = {
    owner: () => Promise.resolve({ ...world.owner }),
    handOver(services, to, token, { signal }) {
      signal.throwIfAborted();
      fault('background.handOver');
      fence(token);
      for (const service of services) world.owner[service] = to;
      did(`hand over ${services.join(' ')} to ${to}`);
      return Promise.resolve({ owner: to });
    },
    stop(services, colour, token) {
      fault('background.stop');
      fence(token);
      world.owner = Object.fromEntries(
        Object.entries(world.owner).filter(([service, owner]) => !(services.includes(service) && owner === colour)),
      );
      did(`stop ${services.join(' ')} in ${colour}`);
      return Promise.resolve({});
    },
  };

  const deadMansSwitch: DeadMansSwitch = {
    arm({ run, returnTo, token, deadlineMilliseconds }) {
      fault('deadMansSwitch.arm');
      fence(token);
      world.armed = { run, returnTo, token, due: world.time + deadlineMilliseconds };
      save();
      return Promise.resolve();
    },
    disarm(token) {
      fault('deadMansSwitch.disarm');
      fence(token);
      world.armed = null;
      save();
      return Promise.resolve();
    },
    read() {
      fault('deadMansSwitch.read');
      const { armed, fired } = world;
      return Promise.resolve({
        armed: armed ? { ...armed, remainingMilliseconds: Math.max(0, armed.due - world.time) } : undefined,
        fired: fired ?? undefined,
      });
    },
  };

  const maintenanceState = (): MaintenanceState | undefined => {
    if (world.maintenance === null) return undefined;
    const { due, ...rest } = world.maintenance;
    return { ...rest, remainingMilliseconds: Math.max(0, due - world.time) };
  };

  const maintenance: Maintenance = {
    on({ owner, because, forMilliseconds }) {
      fault('maintenance.on');
      const since = new Date(world.time).toISOString();
      if (world.maintenance && world.maintenance.owner !== owner)
        throw new RefusedError(`maintenance is on already, by ${world.maintenance.owner}`);
      const began = world.maintenance === null;
      world.maintenance = { since, ...world.maintenance, owner, because, due: world.time + forMilliseconds };
      if (began) did('maintenance on');
      else save();
      return Promise.resolve({
        owner,
        because,
        since: world.maintenance.since,
        remainingMilliseconds: forMilliseconds,
      });
    },
    off(owner) {
      fault('maintenance.off');
      const before = maintenanceState();
      if (before === undefined || (owner !== undefined && before.owner !== owner)) return Promise.resolve(undefined);
      world.maintenance = null;
      did('maintenance off');
      return Promise.resolve(before);
    },
    read() {
      fault('maintenance.read');
      return Promise.resolve(maintenanceState());
    },
  };

  const platform: FakePlatform = {
    name: 'fake',
    abilities: { cohort: true, compareAndSet: true, triesBackups: true, scales: true },
    traffic,
    slots,
    metrics,
    background,
    artifacts: { check: () => Promise.resolve({ answer: 'yes', because: 'all artifacts are present', evidence: {} }) },
    deadMansSwitch,
    maintenance,
    ...(world.database
      ? { database: fakeDatabase(world.database, fault, did), migrationReview: fakeReview(fault) }
      : {}),
    world,
    advanceTo(time) {
      world.time = time;
      if (world.maintenance && world.maintenance.due <= time) {
        world.maintenance = null;
        did('maintenance over');
      }
      const { armed } = world;
      if (!armed || armed.due > time) return;
      world.armed = null;
      // Silence alone never moves whole traffic: there the switch lapses.
      const now = together();
      if (now && wholeColour(now) !== undefined && !sameWeights(now, armed.returnTo)) {
        save();
        return;
      }
      world.token = armed.token + 1;
      world.fired = { run: armed.run, returnTo: armed.returnTo, token: world.token, at: new Date(time).toISOString() };
      write(Object.keys(world.weights), armed.returnTo);
      did(`fired ${describeWeights(armed.returnTo)}`);
    },
  };
  return platform;
}

/** Takes every migration that says 'unsafe' for what it says, and 'unclear' for what nobody can tell. */
function fakeReview(fault: Fault): MigrationReview {
  return {
    review(release, { longestBlockMilliseconds }) {
      fault('migrationReview.review');
      const having = (word: string) => release.migrations.filter(({ sql }) => sql.includes(word)).map(({ id }) => id);
      const [unsafe, unclear] = [having('unsafe'), having('unclear')];
      const answer = unsafe.length > 0 ? 'no' : unclear.length > 0 ? 'unknown' : 'yes';
      return Promise.resolve({
        answer,
        because: `${[...unsafe, ...unclear].join(', ') || 'nothing'} blocks for longer than ${longestBlockMilliseconds} ms`,
        evidence: { unsafe, unclear },
      });
    },
  };
}

function fakeDatabase(state: NonNullable<World['database']>, fault: Fault, did: (effect: string) => void): Database {
  return {
    backUp(name) {
      fault('database.backUp');
      if (!state.backups.includes(name)) state.backups.push(name);
      state.rowsAt[name] ??= state.rows;
      did(`back up ${name}`);
      return Promise.resolve({ name, bytes: 1_000, evidence: {} });
    },
    verifyBackup(name) {
      fault('database.verifyBackup');
      const there = state.backups.includes(name);
      return Promise.resolve({
        answer: there ? 'yes' : 'no',
        because: there ? 'restored and counted' : `no backup ${name}`,
        evidence: {},
      });
    },
    migrate(release, _input, _work, { hold = [], contracting = [], contractBecause } = {}) {
      fault('database.migrate');
      for (const { id } of release.migrations) {
        if (state.applied.includes(id) || hold.includes(id)) continue;
        if (contracting.includes(id) && contractBecause === undefined)
          throw new RefusedError(`${id} removes something`);
        state.applied.push(id);
        did(`migrate ${id}`);
      }
      return Promise.resolve({ applied: [...state.applied] });
    },
    migrations(release) {
      const missing = release.migrations.map(({ id }) => id).filter((id) => !state.applied.includes(id));
      return Promise.resolve({ applied: [...state.applied], missing, differing: [], contracted: [] });
    },
    ask: () => Promise.resolve('1'),
    askRows: () => Promise.resolve([['1']]),
    reachable: () => Promise.resolve({ answer: 'yes', because: 'it answers', evidence: {} }),
    mark() {
      fault('database.mark');
      return Promise.resolve({ rows: state.rows });
    },
    writesSince(since) {
      fault('database.writesSince');
      const before = 'backup' in since ? state.rowsAt[since.backup] : Number(since.mark['rows']);
      if (before === undefined) throw new PlatformError('there is no such backup');
      const inserted = state.rows - before;
      const tables = inserted === 0 ? {} : { 'public.orders': { inserted, updated: 0, deleted: 0 } };
      return Promise.resolve({ seconds: 60, walBytes: inserted * 100, tables, migrations: [], because: 'counted' });
    },
    restores: {
      list: () =>
        Promise.resolve(
          [...state.backups]
            .reverse()
            .map((name) => ({ name, createdAt: '2026-01-01T00:00:00Z', bytes: 1_000, verified: true })),
        ),
      beside(backup, run) {
        fault('restores.beside');
        if (!state.restored.includes(run)) {
          state.restored.push(run);
          did(`restore ${backup} beside`);
        }
        return Promise.resolve({ backup });
      },
      verify(_backup, run) {
        fault('restores.verify');
        const there = state.restored.includes(run);
        return Promise.resolve({ answer: there ? 'yes' : 'no', because: 'counted', evidence: {} });
      },
      inUse: (run) => Promise.resolve(state.inUse === run),
      switchTo(run) {
        fault('restores.switchTo');
        if (state.inUse !== run) did('switch to the restored database');
        state.inUse = run;
        return Promise.resolve({});
      },
      switchBack(run, _work, { keep } = { keep: false }) {
        fault('restores.switchBack');
        if (state.inUse === run) {
          state.inUse = null;
          if (keep) state.restored = state.restored.filter((each) => each !== run);
          did(`switch back to the kept database${keep ? ', keeping what was written since' : ''}`);
        }
        return Promise.resolve({});
      },
      remove(run) {
        fault('restores.remove');
        if (state.inUse === run) throw new RefusedError('it is in use');
        if (state.restored.includes(run)) did('remove the restored database');
        state.restored = state.restored.filter((each) => each !== run);
        return Promise.resolve({});
      },
    },
  };
}

function replicasOf(world: World, colour: Colour, healthy: boolean): Replica[] {
  const input = world.slots[colour];
  if (!input) return [];
  return Object.entries(input.release.artifacts).flatMap(([service, { digest }]) => {
    const kind = world.services[service]?.kind;
    const count = kind === 'routed' || world.owner[service] === colour ? (input.replicas[service] ?? 1) : 0;
    return Array.from({ length: count }, (_, index) => ({ service, id: String(index + 1), digest, healthy }));
  });
}

/** Integrates the share that each slot had since the mark, and what its release did with it. */
function observe(world: World, since: number): Observation {
  const milliseconds = { blue: 0, green: 0 };
  world.history.forEach(({ at, weights }, index) => {
    const until = world.history[index + 1]?.at ?? world.time;
    const span = Math.max(0, until - Math.max(at, since));
    for (const colour of colours) milliseconds[colour] += (span * weights[colour]) / 100;
  });
  const sampleOf = (colour: Colour): Record<string, ServiceSample> => {
    const behaviour = world.behaviours[world.slots[colour]?.release.version ?? ''] ?? {};
    const requests = Math.floor((milliseconds[colour] / 1_000) * world.requestsPerSecond);
    const errors = Math.round((requests * (behaviour.errorPercent ?? 0)) / 100);
    const latency = latencyOf(requests, behaviour.latencyFactor ?? 1);
    const routed = Object.keys(world.weights);
    return Object.fromEntries(
      routed.map((service) => [service, { requests, errors, latency: { bounds: latencyBounds, counts: latency } }]),
    );
  };
  return {
    complete: true,
    seconds: (world.time - since) / 1_000,
    samples: { blue: sampleOf('blue'), green: sampleOf('green') },
  };
}
