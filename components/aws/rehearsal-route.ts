import { ListenerRule } from '@pulumi/aws/lb/listenerRule.js';
import { TargetGroup } from '@pulumi/aws/lb/targetGroup.js';
import * as pulumi from '@pulumi/pulumi';
import { rehearsalSlot, slotHeader } from '../../contract/aws-route.js';
import type { RoutedService } from '../../contract/service.js';
import { ruleConditions } from './rule-conditions.js';
import { shortForAutonaming } from './short-name.js';
import { targetHealthCheck } from './target-health-check.js';

export interface RehearsalRouteArgs {
  readonly service: string;
  readonly definition: RoutedService;
  readonly vpcId: pulumi.Input<string>;
  readonly testListenerArn: pulumi.Input<string>;
  readonly priority: number;
  readonly protect: boolean;
}

/**
 * The way to a service's task on a copy of the database, on the listener that users can't reach. The group is empty but
 * for a rehearsal's time.
 */
export class RehearsalRoute extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;

  constructor(name: string, args: RehearsalRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:RehearsalRoute', name, {}, opts);
    const kept = { parent: this, protect: args.protect };
    const group = new TargetGroup(
      `${shortForAutonaming(name, 32 - '-rehearsal'.length)}-rehearsal`,
      {
        vpcId: args.vpcId,
        port: args.definition.port,
        protocol: 'HTTP',
        targetType: 'ip',
        // Whoever asks here has had its answer when it deregisters.
        deregistrationDelay: 0,
        healthCheck: targetHealthCheck(args.definition),
      },
      // As the groups of slots: deleted it would fail while its rule still stands.
      { ...kept, retainOnDelete: args.protect },
    );
    new ListenerRule(
      `${name}-rehearsal`,
      {
        listenerArn: args.testListenerArn,
        priority: args.priority,
        conditions: ruleConditions([{ field: 'header', name: slotHeader, values: [rehearsalSlot(args.service)] }]),
        actions: [{ type: 'forward', targetGroupArn: group.arn }],
      },
      kept,
    );
    this.targetGroupArn = group.arn;
    this.registerOutputs({ targetGroupArn: this.targetGroupArn });
  }
}
