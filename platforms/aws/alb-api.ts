import type { RouteCondition } from '../../contract/aws-route.js';

export interface AlbTarget {
  readonly targetGroupArn: string;
  /** 0 to 999; what counts is the share of the rule's sum. */
  readonly weight: number;
}

export interface AlbRule {
  readonly arn: string;
  readonly conditions: readonly RouteCondition[];
  /** Undefined: the rule does something else than forward. */
  readonly forward: readonly AlbTarget[] | undefined;
  /** How long a visitor stays with a target group; undefined: not at all. */
  readonly stickySeconds: number | undefined;
}

/** What is left out stays as it is. */
export interface AlbChange {
  readonly forward?: { readonly targets: readonly AlbTarget[]; readonly stickySeconds: number | undefined };
  readonly conditions?: readonly RouteCondition[];
}

export type TargetHealth = 'healthy' | 'initial' | 'unhealthy' | 'draining' | 'unused' | 'unavailable';

/** What an application load balancer and its counters can be asked. Calls throw TransientError when repeating may help. */
export interface AlbApi {
  /** In the order of the arns. A rule that doesn't exist is left out. */
  describeRules(arns: readonly string[], signal?: AbortSignal): Promise<readonly AlbRule[]>;
  modifyRule(arn: string, change: AlbChange, signal?: AbortSignal): Promise<void>;
  targetHealth(targetGroupArn: string, signal?: AbortSignal): Promise<readonly TargetHealth[]>;
  /** Requests in whole minutes that began at `from` or later; a minute without a figure is absent, which is not zero. */
  requestsPerMinute(
    targetGroupArns: readonly string[],
    from: Date,
    to: Date,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly { readonly minute: Date; readonly requests: number }[]>>;
}
