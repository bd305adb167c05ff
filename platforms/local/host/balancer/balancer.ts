import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { adminDoor } from './admin.js';
import { armedSwitch } from './armed-switch.js';
import { CommittedState } from './committed-state.js';
import { defaultLimits } from './crossing.js';
import type { Crossing, Limits, World } from './crossing.js';
import type { DeadlineWatch } from './deadline-watch.js';
import { testDoor } from './doors.js';
import { Flights } from './flights.js';
import { listen } from './listener.js';
import type { Listener } from './listener.js';
import { maintenanceEnd } from './maintenance-end.js';
import { Prober } from './prober.js';
import { RemainingFile } from './remaining-file.js';
import { RequestRing } from './request-ring.js';
import { Router } from './router.js';
import type { StartArguments } from './start-arguments.js';
import type { BalancerState } from './state.js';
import { StateFile } from './state-file.js';
import { Targets } from './targets.js';
import { Tunnels } from './tunnels.js';
import { UsersPort } from './users-port.js';

export interface BalancerOptions extends StartArguments {
  readonly limits?: Limits;
  /** Milliseconds that never go backwards. */
  readonly monotonic?: () => number;
  readonly random?: () => number;
  readonly say?: (line: string) => void;
}

/** A running balancer. Nothing of it is shared: a process may hold several. */
export class Balancer {
  readonly boot = randomUUID();
  readonly options: BalancerOptions;
  readonly crossing: Crossing;
  readonly committed: CommittedState;
  readonly prober: Prober;
  readonly users: UsersPort;
  private readonly deadlines: readonly DeadlineWatch[];
  private readonly sockets = new Map<string, Listener>();

  private constructor(options: BalancerOptions, initial: BalancerState, file: StateFile, remaining: Remaining) {
    const { monotonic = () => performance.now(), random = Math.random, say = () => undefined } = options;
    const probeSecret = randomBytes(16).toString('hex');
    this.options = options;
    this.prober = new Prober(probeSecret, () => this.port);
    this.crossing = {
      world: worldOf(initial, monotonic()),
      targets: new Targets(),
      ring: new RequestRing(this.boot, monotonic),
      flights: new Flights(monotonic, { blue: stands(initial, 'blue'), green: stands(initial, 'green') }),
      tunnels: new Tunnels(),
      limits: options.limits ?? defaultLimits,
      probeSecret,
      monotonic,
      random,
      probed: (service, colour) => this.prober.note(service, colour),
    };
    this.users = new UsersPort(this.crossing);
    this.committed = new CommittedState({
      initial,
      write: (state) => file.write(state),
      apply: (state) => this.apply(state),
      monotonic,
      say,
    });
    const watching = { committed: this.committed, monotonic, say };
    this.deadlines = [
      armedSwitch({ ...watching, remaining: remaining.ofSwitch }),
      maintenanceEnd({ ...watching, remaining: remaining.ofMaintenance }),
    ];
  }

  /** Throws PlatformError naming the port when it is taken; nothing is changed then. */
  static async open(options: BalancerOptions): Promise<Balancer> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const file = new StateFile(options.directory);
    const remaining = {
      ofSwitch: new RemainingFile(options.directory, 'switch'),
      ofMaintenance: new RemainingFile(options.directory, 'maintenance'),
    };
    const found = await file.read();
    if (found?.torn === true) options.say?.('the last state was torn: the one before it is in force');
    const kept = found === undefined ? emptyState(options) : await withRemaining(found.state, remaining);
    const balancer = new Balancer(options, { ...kept, affinity: options.affinity }, file, remaining);
    try {
      await balancer.start(options.port === 0 ? kept.port : options.port);
    } catch (error) {
      await balancer.close(0);
      throw error;
    }
    return balancer;
  }

  get port(): number {
    return this.users.number ?? this.committed.committed.port;
  }

  /** Takes the new port (0: the one that it has) before it lets go of the former. Throws PlatformError when it is taken. */
  async moveTo(port: number): Promise<number> {
    if (port === 0 || port === this.port) return this.port;
    return this.users.moveTo(port, (chosen) => this.committed.change((state) => ({ ...state, port: chosen })));
  }

  /** Stops accepting, ends websockets with code 1001, waits for requests at most this long, then lets go. */
  async close(drainMilliseconds: number): Promise<void> {
    for (const deadline of this.deadlines) deadline.stop();
    this.users.leave();
    this.crossing.tunnels.hangUp();
    const until = performance.now() + drainMilliseconds;
    while (this.crossing.flights.total > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.committed.settled();
    this.crossing.targets.close();
    this.prober.close();
    this.users.close();
    for (const [path, listener] of this.sockets) {
      listener.close();
      await rm(path, { force: true });
    }
  }

  private async start(port: number): Promise<void> {
    this.crossing.targets.update(this.committed.committed);
    // The port is what makes one balancer the only one: sockets of a dead one are replaced only by who has it. A disk
    // that is full must not keep it from coming back.
    await this.users.moveTo(port, async (chosen) => {
      if (chosen === this.committed.committed.port) return;
      await this.committed.change(
        (state) => ({ ...state, port: chosen }),
        () => true,
      );
    });
    const doors = { [this.options.testSocket]: testDoor(this.crossing), [this.options.adminSocket]: adminDoor(this) };
    for (const [path, door] of Object.entries(doors)) {
      await rm(path, { force: true });
      this.sockets.set(path, await listen(door, { path }));
      await chmod(path, 0o600);
    }
    this.lookAtDeadlines();
  }

  private apply(state: BalancerState): void {
    this.crossing.targets.update(state);
    // A websocket would go on writing behind the page that others get.
    if (state.maintenance !== null && this.crossing.world.state.maintenance === null) this.crossing.tunnels.hangUp();
    this.crossing.world = worldOf(state, this.crossing.monotonic());
    this.lookAtDeadlines();
  }

  private lookAtDeadlines(): void {
    for (const deadline of this.deadlines) deadline.look();
  }
}

interface Remaining {
  readonly ofSwitch: RemainingFile;
  readonly ofMaintenance: RemainingFile;
}

async function withRemaining(state: BalancerState, { ofSwitch, ofMaintenance }: Remaining): Promise<BalancerState> {
  const [armed, maintenance] = await Promise.all([
    ofSwitch.applyTo(state.armed),
    ofMaintenance.applyTo(state.maintenance),
  ]);
  return { ...state, armed, maintenance };
}

function worldOf(state: BalancerState, now: number): World {
  const maintenanceUntil = state.maintenance === null ? undefined : now + state.maintenance.remainingMilliseconds;
  return { state, maintenanceUntil, users: Router.forUsers(state), tests: Router.forTests(state) };
}

function stands(state: BalancerState, colour: 'blue' | 'green'): boolean {
  return Object.keys(state.targets[colour]).length > 0;
}

function emptyState({ port, affinity }: BalancerOptions): BalancerState {
  return {
    format: 1,
    port,
    affinity,
    token: 0,
    routes: {},
    targets: { blue: {}, green: {} },
    armed: null,
    fired: null,
    maintenance: null,
  };
}
