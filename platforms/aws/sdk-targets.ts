import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ask } from './ask.js';
import { clientOptions, type Place } from './place.js';
import { targetHealthOf } from './sdk-alb.js';
import type { TargetsApi } from './targets-api.js';

/** Target groups as AWS has them. */
export function sdkTargets(place: Place): TargetsApi {
  const client = new ElasticLoadBalancingV2Client(clientOptions(place));
  return {
    async in(TargetGroupArn, signal) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn });
      const found = await ask('DescribeTargetHealth', client, (options) => client.send(command, options), signal);
      return (found.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
        address: Target?.Id ?? '',
        health: targetHealthOf(TargetHealth?.State),
        because: TargetHealth?.Description ?? TargetHealth?.Reason,
      }));
    },

    async register(TargetGroupArn, address, signal) {
      const command = new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: address }] });
      await ask('RegisterTargets', client, (options) => client.send(command, options), signal);
    },

    async deregister(TargetGroupArn, addresses) {
      const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets: addresses.map((Id) => ({ Id })) });
      await ask('DeregisterTargets', client, (options) => client.send(command, options));
    },
  };
}
