import type { Target, TargetsApi } from '../../platforms/aws/targets-api.js';
import { TransientError } from '../../platforms/aws/transient-error.js';

/** Keeps who is in a target group; the balancer finds them healthy at the second look. */
export class FakeTargets implements TargetsApi {
  readonly calls: string[] = [];
  /** Addresses that the balancer never finds healthy, and why. */
  readonly ill = new Map<string, string>();
  /** The next so many calls are throttled. */
  throttled = 0;
  readonly #groups = new Map<string, Map<string, number>>();

  /** As another process left it. */
  put(group: string, address: string): void {
    this.#of(group).set(address, 0);
  }

  addresses(group: string): readonly string[] {
    return [...this.#of(group).keys()];
  }

  in: TargetsApi['in'] = async (group) => {
    await this.#arrive('DescribeTargetHealth');
    return [...this.#of(group)].map(([address, looks]): Target => {
      this.#of(group).set(address, looks + 1);
      const ill = this.ill.get(address);
      if (ill !== undefined) return { address, health: 'unhealthy', because: ill };
      return looks === 0
        ? { address, health: 'initial', because: 'Target registration is in progress' }
        : { address, health: 'healthy', because: undefined };
    });
  };

  register: TargetsApi['register'] = async (group, address) => {
    await this.#arrive(`RegisterTargets ${address}`);
    this.#of(group).set(address, 0);
  };

  deregister: TargetsApi['deregister'] = async (group, addresses) => {
    await this.#arrive(`DeregisterTargets ${addresses.join(' ')}`);
    for (const address of addresses) this.#of(group).delete(address);
  };

  async #arrive(call: string): Promise<void> {
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.throttled === 0) return;
    this.throttled -= 1;
    throw new TransientError(`${call}: Throttling`);
  }

  #of(group: string): Map<string, number> {
    const found = this.#groups.get(group) ?? new Map<string, number>();
    this.#groups.set(group, found);
    return found;
  }
}
