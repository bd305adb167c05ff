import { colours } from '../../../../contract/colour.js';
import type { Colour } from '../../../../contract/colour.js';
import { HealthChecker } from './health-checker.js';
import type { Answer, TargetHealth } from './protocol.js';
import type { BalancerState, Target } from './state.js';
import { TargetConnections } from './target-connections.js';

export class LiveTarget {
  inFlight = 0;
  /** Sequence number of the last request that it got. */
  lastTurn = 0;
  readonly connections = new TargetConnections();
  readonly checker: HealthChecker;

  readonly target: Target;

  constructor(target: Target, check: BalancerState['routes'][string]['health']) {
    this.target = target;
    this.checker = new HealthChecker(target, check);
  }

  get health(): TargetHealth {
    return this.checker.health;
  }

  retire(): void {
    this.checker.stop();
    this.connections.closeIdle();
  }
}

type Group = ReadonlyMap<string, LiveTarget>;

/** The targets of both slots as they are right now. */
export class Targets {
  private groups = new Map<string, Group>();
  private turn = 0;

  /** Keeps what stays, with its health and connections; begins to check what is new. */
  update(state: BalancerState): void {
    const groups = new Map<string, Group>();
    for (const colour of colours) {
      for (const [service, targets] of Object.entries(state.targets[colour])) {
        const health = state.routes[service]?.health;
        if (health === undefined) continue;
        const key = `${colour}/${service}`;
        const standing = this.groups.get(key);
        groups.set(
          key,
          new Map(
            targets.map((target) => [keyOf(target), standing?.get(keyOf(target)) ?? new LiveTarget(target, health)]),
          ),
        );
        for (const live of groups.get(key)?.values() ?? []) live.checker.update(health);
      }
    }
    for (const [key, group] of this.groups) {
      for (const [id, live] of group) if (groups.get(key)?.get(id) !== live) live.retire();
    }
    this.groups = groups;
  }

  /** The least busy target that is not known to be unwell, healthy ones first; `tried` are left out. */
  pick(colour: Colour, service: string, tried: ReadonlySet<LiveTarget> | undefined): LiveTarget | undefined {
    return this.leastBusy(colour, service, tried, 'healthy') ?? this.leastBusy(colour, service, tried, 'unknown');
  }

  /** The last resort: a target that failed its checks may still answer. */
  pickUnwell(colour: Colour, service: string, tried: ReadonlySet<LiveTarget> | undefined): LiveTarget | undefined {
    return this.leastBusy(colour, service, tried, 'unhealthy');
  }

  seen(): Answer<'read'>['targets'] {
    const seen: Answer<'read'>['targets'] = { blue: {}, green: {} };
    for (const colour of colours) {
      for (const [key, group] of this.groups) {
        if (!key.startsWith(`${colour}/`)) continue;
        seen[colour][key.slice(colour.length + 1)] = [...group.values()].map(
          ({ target, health, checker, inFlight }) => ({
            ...target,
            health,
            inFlight,
            ...(checker.because === undefined ? {} : { because: checker.because }),
          }),
        );
      }
    }
    return seen;
  }

  close(): void {
    for (const group of this.groups.values()) for (const live of group.values()) live.retire();
  }

  private leastBusy(
    colour: Colour,
    service: string,
    tried: ReadonlySet<LiveTarget> | undefined,
    health: TargetHealth,
  ): LiveTarget | undefined {
    let best: LiveTarget | undefined;
    for (const live of this.groups.get(`${colour}/${service}`)?.values() ?? []) {
      if (live.health !== health || tried?.has(live) === true) continue;
      const better = best === undefined || live.inFlight < best.inFlight;
      if (better || (live.inFlight === best?.inFlight && live.lastTurn < best.lastTurn)) best = live;
    }
    if (best !== undefined) best.lastTurn = this.turn += 1;
    return best;
  }
}

function keyOf({ id, host, port }: Target): string {
  return `${id} ${host} ${port}`;
}
