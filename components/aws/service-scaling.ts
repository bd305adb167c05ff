import { Policy } from '@pulumi/aws/appautoscaling/policy.js';
import { Target } from '@pulumi/aws/appautoscaling/target.js';
import * as pulumi from '@pulumi/pulumi';

export interface ServiceScalingArgs {
  readonly cluster: pulumi.Input<string>;
  readonly service: pulumi.Input<string>;
  readonly least: number;
  readonly most: number;
  readonly cpuPercent: number;
}

/** More tasks while processors are busy; fewer again slowly, and not at all while a run suspends that. */
export class ServiceScaling extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ServiceScaling', name, {}, opts);
    const target = new Target(
      name,
      {
        serviceNamespace: 'ecs',
        scalableDimension: 'ecs:service:DesiredCount',
        resourceId: pulumi.interpolate`service/${args.cluster}/${args.service}`,
        minCapacity: args.least,
        maxCapacity: args.most,
      },
      // A run holds the capacity of the slot it may return to: an `up` in the meantime must not let go.
      { parent: this, ignoreChanges: ['suspendedState', 'minCapacity'] },
    );
    new Policy(
      name,
      {
        policyType: 'TargetTrackingScaling',
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          targetValue: args.cpuPercent,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
