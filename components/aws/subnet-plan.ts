import type { CreatedNetwork } from '../../contract/aws-network-configuration.js';
import { cut, describeBlock, readCidr } from '../../contract/cidr.js';

export interface SubnetPlan {
  readonly public: readonly string[];
  readonly private: readonly string[];
  readonly isolated: readonly string[];
}

/** The blocks as configured, or the network's own cut into sixteen, four for each kind: a zone can be added later. */
export function subnetPlan(network: CreatedNetwork): SubnetPlan {
  if (network.subnets) return network.subnets;
  const whole = readCidr(network.cidr);
  if (!whole) throw new Error(`${network.cidr} was parsed, and is no block`);
  const blocks = cut(whole, 16).map(describeBlock);
  const kind = (first: number) => blocks.slice(first, first + network.zones);
  return { public: kind(0), private: kind(4), isolated: kind(8) };
}
