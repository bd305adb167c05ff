import type { TargetHealth } from './alb-api.js';

export interface Target {
  readonly address: string;
  readonly health: TargetHealth;
  /** In the balancer's words, where it is not healthy. */
  readonly because: string | undefined;
}

/** Who is in a target group. Calls throw TransientError when repeating may help. */
export interface TargetsApi {
  in(targetGroupArn: string, signal?: AbortSignal): Promise<readonly Target[]>;
  /** At the group's own port. One that is there already is fine. */
  register(targetGroupArn: string, address: string, signal?: AbortSignal): Promise<void>;
  /** One that is gone already is fine. */
  deregister(targetGroupArn: string, addresses: readonly string[]): Promise<void>;
}
