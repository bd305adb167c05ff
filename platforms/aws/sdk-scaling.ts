import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { ask } from './ask.js';
import type { ScalingApi } from './ecs-api.js';
import { clientOptions, type Place } from './place.js';

const what = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

export function sdkScaling(place: Place, cluster: string): ScalingApi {
  const client = new ApplicationAutoScalingClient(clientOptions(place));
  return {
    async allowScaleIn(service, allowed, signal) {
      const ResourceId = `service/${cluster}/${service}`;
      const look = new DescribeScalableTargetsCommand({ ...what, ResourceIds: [ResourceId] });
      const found = await ask('DescribeScalableTargets', client, (options) => client.send(look, options), signal);
      const [target] = found.ScalableTargets ?? [];
      if (!target || (target.SuspendedState?.DynamicScalingInSuspended ?? false) === !allowed) return;
      const SuspendedState = { DynamicScalingInSuspended: !allowed };
      const change = new RegisterScalableTargetCommand({ ...what, ResourceId, SuspendedState });
      await ask('RegisterScalableTarget', client, (options) => client.send(change, options), signal);
    },
  };
}
