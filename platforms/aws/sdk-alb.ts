import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Action,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RouteCondition } from '../../contract/aws-route.js';
import { PlatformError } from '../../contract/errors.js';
import type { AlbApi, AlbChange, AlbRule, TargetHealth } from './alb-api.js';
import { ask, serviceErrorOf } from './ask.js';
import type { MetricApi } from './metric-api.js';
import { clientOptions, type Place } from './place.js';
import { ruleConditionOf } from './rule-condition.js';

/** AWS takes so many ARNs in one question. */
const atOnce = 20;

/** The load balancer as AWS has it. */
export function sdkAlb(place: Place, metrics: MetricApi, balancer: string): AlbApi {
  const client = new ElasticLoadBalancingV2Client(clientOptions(place));
  return {
    async describeRules(arns, signal) {
      const pages = Array.from({ length: Math.ceil(arns.length / atOnce) }, (_, page) =>
        describe(client, arns.slice(page * atOnce, (page + 1) * atOnce), signal),
      );
      const rules = (await Promise.all(pages)).flat();
      return arns.flatMap((arn) => rules.find((rule) => rule.arn === arn) ?? []);
    },

    async modifyRule(arn, change, signal) {
      const command = new ModifyRuleCommand({ RuleArn: arn, ...changeOf(change) });
      await ask('ModifyRule', client, (options) => client.send(command, options), signal);
    },

    async targetHealth(targetGroupArn, signal) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      const found = await ask('DescribeTargetHealth', client, (options) => client.send(command, options), signal);
      return (found.TargetHealthDescriptions ?? []).map((target) => targetHealthOf(target.TargetHealth?.State));
    },

    async requestsPerMinute(targetGroupArns, from, to, signal) {
      const queries = targetGroupArns.map((arn) => ({
        namespace: 'AWS/ApplicationELB',
        metric: 'RequestCount',
        dimensions: { LoadBalancer: balancer, TargetGroup: arn.slice(arn.indexOf('targetgroup/')) },
        statistic: 'Sum',
      }));
      const series = await metrics.perMinute(queries, from, to, signal);
      return new Map(
        targetGroupArns.map((arn, index) => [
          arn,
          (series[index] ?? []).map(({ minute, value }) => ({ minute, requests: value })),
        ]),
      );
    },
  };
}

async function describe(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly AlbRule[]> {
  const command = new DescribeRulesCommand({ RuleArns: [...arns] });
  try {
    const found = await ask('DescribeRules', client, (options) => client.send(command, options), signal);
    return (found.Rules ?? []).map(ruleOf);
  } catch (error) {
    if (serviceErrorOf(error) !== 'RuleNotFoundException') throw error;
    // One that is gone hides all the others.
    if (arns.length === 1) return [];
    return (await Promise.all(arns.map((arn) => describe(client, [arn], signal)))).flat();
  }
}

function ruleOf(rule: Rule): AlbRule {
  const forward = rule.Actions?.find((action) => action.Type === 'forward');
  const sticky = forward?.ForwardConfig?.TargetGroupStickinessConfig;
  return {
    arn: rule.RuleArn ?? '',
    conditions: (rule.Conditions ?? []).flatMap(conditionOf),
    forward: forward && targetsOf(forward),
    stickySeconds: sticky?.Enabled === true ? sticky.DurationSeconds : undefined,
  };
}

function targetsOf(action: Action): AlbRule['forward'] {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  return groups.map((group) => ({ targetGroupArn: group.TargetGroupArn ?? '', weight: group.Weight ?? 1 }));
}

function conditionOf(condition: RuleCondition): RouteCondition[] {
  const header = condition.HttpHeaderConfig;
  switch (condition.Field) {
    case 'path-pattern':
      return [{ field: 'path', values: condition.PathPatternConfig?.Values ?? condition.Values ?? [] }];
    case 'host-header':
      return [{ field: 'host', values: condition.HostHeaderConfig?.Values ?? condition.Values ?? [] }];
    case 'http-header':
      return [{ field: 'header', name: header?.HttpHeaderName ?? '', values: header?.Values ?? [] }];
    default:
      return [];
  }
}

function changeOf({ forward, conditions }: AlbChange) {
  return {
    ...(forward ? { Actions: [forwardOf(forward)] } : {}),
    ...(conditions ? { Conditions: conditions.map(ruleConditionOf) } : {}),
  };
}

function forwardOf({ targets, stickySeconds }: NonNullable<AlbChange['forward']>): Action {
  const TargetGroups = targets.map((target) => ({ TargetGroupArn: target.targetGroupArn, Weight: target.weight }));
  const TargetGroupStickinessConfig =
    stickySeconds === undefined ? { Enabled: false } : { Enabled: true, DurationSeconds: stickySeconds };
  return { Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } };
}

export function targetHealthOf(state: string | undefined): TargetHealth {
  switch (state) {
    case 'healthy':
    case 'initial':
    case 'unhealthy':
    case 'draining':
    case 'unused':
    case 'unavailable':
      return state;
    case 'unhealthy.draining':
      return 'draining';
    default:
      throw new PlatformError(`a target is in state ${String(state)}, which is not known here`);
  }
}
