import { motoQuery } from './moto-server.js';

/** Two subnets in moto, in a network of their own. */
export async function makeSubnets(url: string): Promise<{ readonly vpcId: string; readonly subnetIds: string[] }> {
  const vpcId = idIn(await ec2(url, { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' }), 'vpcId');
  const subnet = async (zone: string, cidr: string) =>
    idIn(
      await ec2(url, {
        Action: 'CreateSubnet',
        VpcId: vpcId,
        CidrBlock: cidr,
        AvailabilityZone: `eu-central-1${zone}`,
      }),
      'subnetId',
    );
  return { vpcId, subnetIds: [await subnet('a', '10.0.0.0/24'), await subnet('b', '10.0.1.0/24')] };
}

function ec2(url: string, words: Readonly<Record<string, string>>): Promise<string> {
  return motoQuery(url, 'ec2', { ...words, Version: '2016-11-15' });
}

function idIn(xml: string, element: string): string {
  const found = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${element} in ${xml}`);
  return found;
}
