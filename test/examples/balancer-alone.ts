import { Balancer, balancerPorts } from '../../components/aws/balancer.js';
import { Firewall } from '../../components/aws/firewall.js';
import { Route } from '../../components/aws/route.js';
import { routedServiceSchema } from '../../contract/service.js';

const network = {
  vpcId: 'vpc-0123456789abcdef0',
  cidr: '10.0.0.0/16',
  publicSubnetIds: ['subnet-0a', 'subnet-0b'],
  privateSubnetIds: ['subnet-1a', 'subnet-1b'],
  isolatedSubnetIds: [],
};
const certificateArn = 'arn:aws:acm:eu-central-1:222222222222:certificate/6f0d8b1e-2a8e-4d8e-9a56-0c2f0c6f7a11';
const ports = balancerPorts(certificateArn);
const firewall = new Firewall('shop', {
  vpcId: network.vpcId,
  usersFrom: '0.0.0.0/0',
  userPorts: [ports.users, 80],
  testPort: ports.test,
  testFrom: [network.cidr],
  servicePorts: [8080],
});
const balancer = new Balancer('shop', {
  accountId: '222222222222',
  network,
  securityGroupId: firewall.balancerGroupId,
  internal: false,
  certificateArn,
  tlsPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  deletionProtection: true,
  accessLogDays: 90,
  domain: null,
  protect: true,
});
const api = new Route('shop-api', {
  service: routedServiceSchema.parse({ kind: 'routed', path: '/api' }),
  vpcId: network.vpcId,
  listenerArn: balancer.listenerArn,
  testListenerArn: balancer.testListenerArn,
  priority: 1_000,
  slowStart: 0,
  stickyFor: null,
  protect: true,
});

export const url = balancer.url;
export const targetGroups = api.targetGroups;
