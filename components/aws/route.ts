import { ListenerRule } from '@pulumi/aws/lb/listenerRule.js';
import { TargetGroup } from '@pulumi/aws/lb/targetGroup.js';
import * as pulumi from '@pulumi/pulumi';
import { routeConditions, slotHeader } from '../../contract/aws-route.js';
import type { Colour } from '../../contract/colour.js';
import type { PerColour } from '../../contract/outputs.js';
import type { RoutedService } from '../../contract/service.js';
import { testPriority } from './route-priority.js';
import { ruleConditions } from './rule-conditions.js';
import { shortForAutonaming } from './short-name.js';
import { targetHealthCheck } from './target-health-check.js';

export interface RouteArgs {
  readonly service: RoutedService;
  readonly vpcId: pulumi.Input<string>;
  readonly listenerArn: pulumi.Input<string>;
  readonly testListenerArn: pulumi.Input<string>;
  readonly priority: number;
  /** Milliseconds in which a new target's share grows to a full one. */
  readonly slowStart: number;
  /** Milliseconds that a visitor stays with one target; null: each request is balanced alone. */
  readonly stickyFor: number | null;
  readonly protect: boolean;
}

/**
 * A service's way to blue and green. The users' rule is born dark, with everything on blue, and from then on the
 * pipeline's: weights, conditions and place among the rules are never compared again.
 */
export class Route extends pulumi.ComponentResource {
  readonly ruleArn: pulumi.Output<string>;
  readonly targetGroups: PerColour<pulumi.Output<string>>;
  readonly metricDimensions: PerColour<pulumi.Output<string>>;
  readonly testRules: PerColour<pulumi.Output<string>>;

  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Route', name, {}, opts);
    const kept = { parent: this, protect: args.protect };
    const group = (colour: Colour): TargetGroup =>
      new TargetGroup(`${shortForAutonaming(name, 32 - '-green'.length)}-${colour}`, targetGroupArgs(args, colour), {
        ...kept,
        // Deleted it would take 120 s to fail while a rule still names it; kept it goes on serving.
        retainOnDelete: args.protect,
      });
    const blue = group('blue');
    const green = group('green');
    const rule = new ListenerRule(
      name,
      {
        listenerArn: args.listenerArn,
        priority: args.priority,
        conditions: ruleConditions(routeConditions(args.service, true)),
        actions: [
          {
            type: 'forward',
            forward: {
              targetGroups: [
                { arn: blue.arn, weight: 100 },
                { arn: green.arn, weight: 0 },
              ],
            },
          },
        ],
      },
      // Whole, never a path below: a nested one is dropped as soon as a target group is added.
      { ...kept, ignoreChanges: ['actions', 'conditions', 'priority'] },
    );
    const testRule = (colour: Colour, target: TargetGroup): ListenerRule =>
      new ListenerRule(
        `${name}-test-${colour}`,
        {
          listenerArn: args.testListenerArn,
          priority: testPriority(args.priority, colour),
          conditions: ruleConditions([
            ...routeConditions(args.service, false),
            { field: 'header', name: slotHeader, values: [colour] },
          ]),
          actions: [{ type: 'forward', targetGroupArn: target.arn }],
        },
        kept,
      );
    const tests = { blue: testRule('blue', blue), green: testRule('green', green) };

    this.ruleArn = rule.arn;
    this.targetGroups = { blue: blue.arn, green: green.arn };
    this.metricDimensions = { blue: blue.arnSuffix, green: green.arnSuffix };
    this.testRules = { blue: tests.blue.arn, green: tests.green.arn };
    this.registerOutputs({ ruleArn: this.ruleArn });
  }
}

function targetGroupArgs(args: RouteArgs, colour: Colour) {
  const { service } = args;
  return {
    vpcId: args.vpcId,
    port: service.port,
    protocol: 'HTTP',
    targetType: 'ip',
    deregistrationDelay: Math.min(3_600, Math.ceil(service.stopWithin / 1_000)),
    slowStart: Math.round(args.slowStart / 1_000),
    loadBalancingAlgorithmType: 'round_robin',
    ...(args.stickyFor === null
      ? {}
      : { stickiness: { enabled: true, type: 'lb_cookie', cookieDuration: Math.ceil(args.stickyFor / 1_000) } }),
    healthCheck: targetHealthCheck(service),
    tags: { 'crossfade:slot': colour },
  };
}
