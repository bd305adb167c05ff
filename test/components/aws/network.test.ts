import { expect } from 'chai';
import { Network } from '../../../components/aws/network.js';
import { zoneAt } from '../../../components/aws/zone-at.js';
import { awsNetworkSchema, type CreatedNetwork } from '../../../contract/aws-network-configuration.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

function build(parts: Record<string, unknown> = {}): Promise<Recording<unknown>> {
  const network = awsNetworkSchema.parse({ kind: 'create', ...parts }) as CreatedNetwork;
  const args = { network, region: 'eu-central-1', flowLogDays: 30, logKeyArn: 'key' };
  return record(
    () => {
      const made = new Network('net', args);
      return { public: made.publicSubnetIds, private: made.privateSubnetIds, isolated: made.isolatedSubnetIds };
    },
    { answers: awsAnswers },
  );
}

const subnet = 'aws:ec2/subnet:Subnet';
const route = 'aws:ec2/route:Route';

describe('Network', () => {
  it('has a public, a private and an isolated subnet in each zone, none overlapping', async () => {
    const recording = await build({ zones: 3 });
    const blocks = recording
      .ofType(subnet)
      .map((each) => [each.name, each.inputs['cidrBlock'], each.inputs['availabilityZone']]);
    expect(blocks).to.deep.equal([
      ['net-public-1', '10.0.0.0/20', 'eu-central-1a'],
      ['net-public-2', '10.0.16.0/20', 'eu-central-1b'],
      ['net-public-3', '10.0.32.0/20', 'eu-central-1c'],
      ['net-private-1', '10.0.64.0/20', 'eu-central-1a'],
      ['net-private-2', '10.0.80.0/20', 'eu-central-1b'],
      ['net-private-3', '10.0.96.0/20', 'eu-central-1c'],
      ['net-isolated-1', '10.0.128.0/20', 'eu-central-1a'],
      ['net-isolated-2', '10.0.144.0/20', 'eu-central-1b'],
      ['net-isolated-3', '10.0.160.0/20', 'eu-central-1c'],
    ]);
    expect(recording.result).to.deep.include({ private: ['net-private-1-id', 'net-private-2-id', 'net-private-3-id'] });
  });

  it('keeps the subnets of the first zones when a zone is added', async () => {
    const [two, three] = [await build({ zones: 2 }), await build({ zones: 3 })];
    for (const each of two.ofType(subnet)) expect(three.find(subnet, each.name).inputs).to.deep.equal(each.inputs);
  });

  it('leads each private subnet through the NAT gateway of its own zone', async () => {
    const recording = await build({ zones: 2 });
    expect(recording.ofType('aws:ec2/natGateway:NatGateway')).to.have.length(2);
    expect(recording.find(route, 'net-private-1').inputs['natGatewayId']).to.equal('net-nat-1-id');
    expect(recording.find(route, 'net-private-2').inputs['natGatewayId']).to.equal('net-nat-2-id');
  });

  it('shares one NAT gateway where that will do', async () => {
    const recording = await build({ zones: 2, natGateways: 'one' });
    expect(recording.ofType('aws:ec2/natGateway:NatGateway')).to.have.length(1);
    expect(recording.find(route, 'net-private-2').inputs['natGatewayId']).to.equal('net-nat-1-id');
  });

  it('has endpoints instead of NAT where nothing may get out', async () => {
    const recording = await build({ zones: 2, natGateways: 'none' });
    expect(recording.ofType('aws:ec2/natGateway:NatGateway')).to.deep.equal([]);
    expect(recording.ofType(route).map((each) => each.name)).to.deep.equal(['net-public']);
    const endpoints = recording.ofType('aws:ec2/vpcEndpoint:VpcEndpoint').map((each) => each.inputs['serviceName']);
    expect(endpoints).to.deep.equal(
      ['s3', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kms', 'monitoring'].map(
        (service) => `com.amazonaws.eu-central-1.${service}`,
      ),
    );
  });

  it('gives isolated subnets no way out', async () => {
    const recording = await build();
    const tables = recording.ofType(route).map((each) => each.inputs['routeTableId']);
    expect(tables).to.not.include('net-isolated-id');
    const joined = recording.ofType('aws:ec2/routeTableAssociation:RouteTableAssociation');
    expect(joined.filter((each) => each.inputs['routeTableId'] === 'net-isolated-id')).to.have.length(2);
  });

  it('lets nobody in through the default group', async () => {
    const group = (await build()).find('aws:ec2/defaultSecurityGroup:DefaultSecurityGroup', 'net-default');
    expect(group.inputs).to.deep.equal({ vpcId: 'net-id', ingress: [], egress: [] });
  });

  it('writes down who talked to whom', async () => {
    const recording = await build();
    expect(recording.find('aws:ec2/flowLog:FlowLog', 'net-flow').inputs).to.deep.include({
      trafficType: 'ALL',
      vpcId: 'net-id',
    });
    const group = recording.find('aws:cloudwatch/logGroup:LogGroup', 'net-flow');
    expect(group.inputs).to.deep.equal({ retentionInDays: 30, kmsKeyId: 'key' });
  });

  it('says so when the region has fewer zones', () => {
    expect(zoneAt(['eu-central-1a'], 0)).to.equal('eu-central-1a');
    expect(() => zoneAt(['eu-central-1a'], 1)).to.throw('network.zones: the region has 1 only (eu-central-1a)');
  });
});
