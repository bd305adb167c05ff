import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { PlatformError } from '../../../../contract/errors.js';
import { errnoOf } from '../errno.js';
import { adminDoor } from './admin.js';
import { CommittedState } from './committed-state.js';
import { defaultLimits } from './crossing.js';
import type { Crossing, Limits, World } from './crossing.js';
import { testDoor, usersDoor } from './doors.js';
import { Flights } from './flights.js';
import { listen } from './listener.js';
import type { Listener } from './listener.js';
import { Prober } from './prober.js';
import { RemainingFile } from './remaining-file.js';
import { RequestRing } from './request-ring.js';
import { Router } from './router.js';
import type { Affinity, BalancerState } from './state.js';
import { StateFile } from './state-file.js';
import { fireSwitch } from './switch-changes.js';
import { SwitchTimer } from './switch-timer.js';
import { Targets } from './targets.js';
import { Tunnels } from './tunnels.js';

export interface BalancerOptions {
  /** Absolute; where the state lies. */
  readonly directory: string;
  /** On 127.0.0.1; 0: the one that was kept, or else one that the system chooses and the state keeps. */
  readonly port: number;
  readonly adminSocket: string;
  readonly testSocket: string;
  readonly affinity: Affinity;
  readonly limits?: Limits;
  /** Milliseconds that never go backwards. */
  readonly monotonic?: () => number;
  readonly random?: () => number;
  readonly say?: (line: string) => void;
  /** Called when the admin socket asks the process to end. */
  readonly onStop?: () => void;
}

/** A running balancer. Nothing of it is shared: a process may hold several. */
export class Balancer {
  readonly boot = randomUUID();
  readonly crossing: Crossing;
  readonly committed: CommittedState;
  readonly prober: Prober;
  private readonly timer: SwitchTimer;
  private users: Listener | undefined;
  private listeners: Listener[] = [];

  readonly options: BalancerOptions;

  private constructor(options: BalancerOptions, initial: BalancerState, file: StateFile, remaining: RemainingFile) {
    this.options = options;
    const { monotonic = () => performance.now(), random = Math.random, say = () => undefined } = options;
    const probeSecret = randomBytes(16).toString('hex');
    this.prober = new Prober(probeSecret, () => this.port);
    const standing = (targets: object): boolean => Object.keys(targets).length > 0;
    this.crossing = {
      world: worldOf(initial),
      targets: new Targets(),
      ring: new RequestRing(this.boot, monotonic),
      flights: new Flights(monotonic, { blue: standing(initial.targets.blue), green: standing(initial.targets.green) }),
      tunnels: new Tunnels(),
      limits: options.limits ?? defaultLimits,
      probeSecret,
      monotonic,
      random,
      probed: (service, colour) => this.prober.note(service, colour),
    };
    this.committed = new CommittedState({
      initial,
      write: (state) => file.write(state),
      apply: (state) => this.apply(state),
      monotonic,
      say,
    });
    this.timer = new SwitchTimer({
      monotonic,
      deadline: () => this.committed.deadlineMonotonic,
      due: () => void this.fire(say),
      tick: (left) => {
        const { armed } = this.committed.committed;
        if (armed === null) return;
        remaining
          .write(armed.remainingMilliseconds, left)
          .catch((error: unknown) => say(`time left not noted: ${String(error)}`));
      },
    });
  }

  /** Throws PlatformError naming the port when it is taken; nothing is changed then. */
  static async open(options: BalancerOptions): Promise<Balancer> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const file = new StateFile(options.directory);
    const remaining = new RemainingFile(options.directory);
    const found = await file.read();
    if (found?.torn === true) options.say?.('the last state was torn: the one before it is in force');
    const kept = found === undefined ? emptyState(options) : await remaining.applyTo(found.state);
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
    return (this.users?.server.address() as AddressInfo | null)?.port ?? this.committed.committed.port;
  }

  /** Takes the new port first, so that a port that is taken (PlatformError) changes nothing. */
  async moveTo(port: number): Promise<number> {
    if (port === 0 || port === this.port) return this.port;
    const former = this.users;
    const next = await listenForUsers(this.crossing, port);
    await this.committed
      .change((state) => ({ ...state, port }))
      .catch((error: unknown) => {
        next.close();
        throw error;
      });
    this.users = next;
    this.listeners.push(next);
    former?.leave();
    return port;
  }

  /** Stops accepting, ends websockets with code 1001, waits for requests at most this long, then lets go. */
  async close(drainMilliseconds: number): Promise<void> {
    this.timer.stop();
    this.users?.leave();
    this.crossing.tunnels.hangUp();
    const until = performance.now() + drainMilliseconds;
    while (this.crossing.flights.total > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.committed.settled();
    this.crossing.targets.close();
    this.prober.close();
    for (const listener of this.listeners) listener.close();
    if (this.listeners.length > 1) {
      await rm(this.options.adminSocket, { force: true });
      await rm(this.options.testSocket, { force: true });
    }
  }

  private async start(port: number): Promise<void> {
    // The port is what makes one balancer the only one: sockets of a dead one are replaced only by who has it.
    this.users = await listenForUsers(this.crossing, port);
    this.listeners.push(this.users);
    for (const [socket, door] of [
      [this.options.testSocket, testDoor(this.crossing)],
      [this.options.adminSocket, adminDoor(this)],
    ] as const) {
      await rm(socket, { force: true });
      this.listeners.push(await listen(door, { path: socket }));
      await chmod(socket, 0o600);
    }
    const chosen = this.port;
    await this.committed.change((state) => ({ ...state, port: chosen }));
  }

  private apply(state: BalancerState): void {
    this.crossing.targets.update(state);
    this.crossing.world = worldOf(state);
    this.timer.look();
  }

  private async fire(say: (line: string) => void): Promise<void> {
    try {
      const { state } = await this.committed.change(
        (current) => (this.isDue(current) ? fireSwitch(current, new Date()) : current),
        () => true,
      );
      if (state.fired !== null)
        say(`the dead-man's switch of run ${state.fired.run} fired, token ${state.fired.token}`);
    } catch (error) {
      say(`the dead-man's switch could not fire: ${String(error)}`);
    }
  }

  /** The deadline may have moved while the firing waited for its turn. */
  private isDue({ armed }: BalancerState): boolean {
    return armed !== null && armed.remainingMilliseconds <= 0;
  }
}

function worldOf(state: BalancerState): World {
  return { state, users: Router.forUsers(state), tests: Router.forTests(state) };
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
  };
}

async function listenForUsers(crossing: Crossing, port: number): Promise<Listener> {
  try {
    return await listen(usersDoor(crossing), { host: '127.0.0.1', port });
  } catch (cause) {
    const taken = errnoOf(cause) === 'EADDRINUSE';
    throw new PlatformError(`the balancer can't listen on port ${port} of 127.0.0.1${taken ? ': it is taken' : ''}`, {
      cause,
      ...(taken ? { hint: 'stop what listens there, or choose another `port` (0 lets the system choose)' } : {}),
    });
  }
}
