import { isDark } from '../../contract/aws-route.js';
import type { AlbApi, AlbChange, AlbRule, AlbTarget, TargetHealth } from '../../platforms/aws/alb-api.js';
import { TransientError } from '../../platforms/aws/transient-error.js';
import type { Clock } from '../../pipeline/ports/clock.js';

interface Version {
  readonly since: number;
  readonly rule: AlbRule;
}

/**
 * Keeps state and behaves like an application load balancer: a write changes one rule, some reads after it still
 * answer from before, requests follow later than the rule reads, counts come per minute, late, and not at all
 * without requests.
 */
export class FakeAlb implements AlbApi {
  readonly clock: Clock;
  /** Milliseconds after a write in which every other read is from before it. */
  staleFor = 0;
  /** Milliseconds until requests go where a rule says. */
  propagation = 0;
  /** Milliseconds after its end until a minute is counted. */
  countedAfter = 60_000;
  /** All calls that arrived, in order. */
  readonly calls: string[] = [];

  readonly #rules = new Map<string, Version[]>();
  readonly #health = new Map<string, readonly TargetHealth[]>();
  readonly #counts = new Map<string, Map<number, number>>();
  readonly #owed = new Map<string, number>();
  readonly #failures: { call: string; applied: boolean }[] = [];
  #reads = 0;
  #frozenAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The next so many calls of this name fail; `applied`: only their reply is lost. */
  fail(call: keyof AlbApi, times = 1, applied = false): void {
    for (let index = 0; index < times; index += 1) this.#failures.push({ call, applied });
  }

  addRule(rule: AlbRule): void {
    this.#rules.set(rule.arn, [{ since: Number.NEGATIVE_INFINITY, rule }]);
    for (const target of rule.forward ?? []) this.#health.set(target.targetGroupArn, ['healthy']);
  }

  removeRule(arn: string): void {
    this.#rules.delete(arn);
  }

  /** From now on requests go where they go now, whatever the rules say later. */
  freeze(): void {
    this.#frozenAt = this.clock.monotonic();
  }

  setHealth(targetGroupArn: string, health: readonly TargetHealth[]): void {
    this.#health.set(targetGroupArn, health);
  }

  /** What a rule says now, whatever a stale read answers. */
  rule(arn: string): AlbRule {
    return this.#versions(arn)[0]!.rule;
  }

  edit(arn: string, change: Partial<AlbRule>): void {
    this.#versions(arn).unshift({ since: this.clock.monotonic(), rule: { ...this.rule(arn), ...change } });
  }

  /** A user's request; the target group that got it, or undefined where the route is dark to users. */
  request(arn: string): string | undefined {
    const now = Math.min(this.clock.monotonic(), this.#frozenAt) - this.propagation;
    const version = this.#versions(arn).find((candidate) => candidate.since <= now);
    if (!version || isDark(version.rule.conditions)) return undefined;
    const group = this.#choose(arn, version.rule.forward ?? []);
    if (group === undefined) return undefined;
    const minute = Math.floor(this.clock.now().getTime() / 60_000) * 60_000;
    const counts = this.#counts.get(group) ?? new Map<number, number>();
    this.#counts.set(group, counts.set(minute, (counts.get(minute) ?? 0) + 1));
    return group;
  }

  async describeRules(arns: readonly string[], signal?: AbortSignal): Promise<readonly AlbRule[]> {
    await this.#arrive('describeRules', signal);
    this.#reads += 1;
    return arns.flatMap((arn) => {
      const versions = this.#rules.get(arn) ?? [];
      const [newest, before] = versions;
      if (!newest) return [];
      const young = newest.since + this.staleFor > this.clock.monotonic();
      return [young && before && this.#reads % 2 === 1 ? before.rule : newest.rule];
    });
  }

  async modifyRule(arn: string, change: AlbChange, signal?: AbortSignal): Promise<void> {
    await this.#arrive('modifyRule', signal, () => {
      const weights = change.forward?.targets.map((target) => target.weight) ?? [];
      if (weights.some((weight) => !Number.isInteger(weight) || weight < 0 || weight > 999)) {
        throw new Error(`the balancer refuses the weights ${weights.join(', ')}`);
      }
      this.edit(arn, {
        ...(change.forward ? { forward: change.forward.targets, stickySeconds: change.forward.stickySeconds } : {}),
        ...(change.conditions ? { conditions: change.conditions } : {}),
      });
    });
  }

  async targetHealth(targetGroupArn: string, signal?: AbortSignal): Promise<readonly TargetHealth[]> {
    await this.#arrive('targetHealth', signal);
    return this.#health.get(targetGroupArn) ?? [];
  }

  async requestsPerMinute(groups: readonly string[], from: Date, to: Date, signal?: AbortSignal) {
    await this.#arrive('requestsPerMinute', signal);
    const counted = this.clock.now().getTime() - 60_000 - this.countedAfter;
    return new Map(
      groups.map((group) => [
        group,
        [...(this.#counts.get(group) ?? [])]
          .filter(([minute]) => minute >= from.getTime() && minute < to.getTime() && minute <= counted)
          .map(([minute, requests]) => ({ minute: new Date(minute), requests })),
      ]),
    );
  }

  #versions(arn: string): Version[] {
    const versions = this.#rules.get(arn);
    if (!versions) throw new Error(`the balancer has no rule ${arn}`);
    return versions;
  }

  async #arrive(
    call: keyof AlbApi,
    signal: AbortSignal | undefined,
    effect: () => void = () => undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    const index = this.#failures.findIndex((failure) => failure.call === call);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (!failure || failure.applied) effect();
    if (failure) throw new TransientError(failure.applied ? `${call}: the reply was lost` : `${call}: Throttling`);
  }

  /** The group that is furthest behind its share, so that few requests already divide as the weights say. */
  #choose(arn: string, targets: readonly AlbTarget[]): string | undefined {
    const sum = targets.reduce((total, target) => total + target.weight, 0);
    if (sum === 0) return undefined;
    const owed = targets.map((target) => {
      const key = `${arn} ${target.targetGroupArn}`;
      this.#owed.set(key, (this.#owed.get(key) ?? 0) + target.weight / sum);
      return { key, group: target.targetGroupArn, weight: target.weight, debt: this.#owed.get(key) ?? 0 };
    });
    const [chosen] = owed.filter((target) => target.weight > 0).sort((one, other) => other.debt - one.debt);
    if (!chosen) return undefined;
    this.#owed.set(chosen.key, chosen.debt - 1);
    return chosen.group;
  }
}
