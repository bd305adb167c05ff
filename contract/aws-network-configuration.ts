import { z } from 'zod';
import { cidrSchema, contains, overlaps, readCidr } from './cidr.js';

const subnetsSchema = z.strictObject({
  public: z.array(cidrSchema).min(2).max(3),
  private: z.array(cidrSchema).min(2).max(3),
  isolated: z.array(cidrSchema).min(2).max(3),
});

const createdNetworkSchema = z
  .strictObject({
    kind: z.literal('create'),
    cidr: cidrSchema.default('10.0.0.0/16'),
    /** A load balancer and a database ask for two at least. */
    zones: z.int().min(2).max(3).default(2),
    /** `none` needs no NAT: private subnets then reach AWS through endpoints, and nothing else. */
    natGateways: z.enum(['per-zone', 'one', 'none']).default('per-zone'),
    /** One block per zone and kind; left out, the network's own block is cut evenly. */
    subnets: subnetsSchema.optional(),
  })
  .superRefine((network, context) => {
    const { subnets } = network;
    const size = readCidr(network.cidr)?.size ?? 0;
    if (size > largestVpc || size < smallestVpc) {
      const message = 'a block from /16 to /24: AWS takes none larger, and a smaller one has no room for its subnets';
      context.addIssue({ code: 'custom', path: ['cidr'], message, input: network.cidr });
      return;
    }
    if (!subnets) return;
    for (const kind of ['public', 'private', 'isolated'] as const) {
      if (subnets[kind].length === network.zones) continue;
      const message = `one block per zone: ${network.zones}, not ${subnets[kind].length}`;
      context.addIssue({ code: 'custom', path: ['subnets', kind], message });
    }
    const message = subnetFault(network.cidr, [...subnets.public, ...subnets.private, ...subnets.isolated]);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['subnets'], message });
  });

/** Cut into sixteen, the smallest gives the smallest subnets that AWS has, of /28. */
const largestVpc = 2 ** 16;
const smallestVpc = 2 ** 8;

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]+$`), { error: `an id such as ${prefix}-0123456789abcdef0` });

const adoptedNetworkSchema = z.strictObject({
  kind: z.literal('adopt'),
  vpcId: id('vpc'),
  cidr: cidrSchema,
  /** In two zones at least: a load balancer asks for that. */
  publicSubnetIds: z.array(id('subnet')).min(2),
  privateSubnetIds: z.array(id('subnet')).min(1),
  /** In two zones at least: a database asks for that. */
  isolatedSubnetIds: z.array(id('subnet')).min(2),
});

export const awsNetworkSchema = z.discriminatedUnion('kind', [createdNetworkSchema, adoptedNetworkSchema]);

export type AwsNetworkConfiguration = z.infer<typeof awsNetworkSchema>;
export type CreatedNetwork = z.infer<typeof createdNetworkSchema>;
export type AdoptedNetwork = z.infer<typeof adoptedNetworkSchema>;

/** How many zones the environment would survive the loss of one in. */
export function zonesOf(network: AwsNetworkConfiguration): number {
  return network.kind === 'create'
    ? network.zones
    : Math.min(network.privateSubnetIds.length, network.publicSubnetIds.length);
}

function subnetFault(network: string, subnets: readonly string[]): string | undefined {
  const outer = readCidr(network);
  const blocks = subnets.flatMap((text) => {
    const block = readCidr(text);
    return block ? [{ text, block }] : [];
  });
  const small = blocks.find(({ block }) => block.size < 16);
  if (small) return `blocks of /28 or larger, as AWS asks: ${small.text} is not`;
  const outside = blocks.find(({ block }) => outer && !contains(outer, block));
  if (outside) return `blocks inside ${network}: ${outside.text} is not`;
  for (const [index, one] of blocks.entries()) {
    const other = blocks.slice(index + 1).find(({ block }) => overlaps(one.block, block));
    if (other) return `blocks that don't overlap: ${one.text} and ${other.text} do`;
  }
  return undefined;
}
