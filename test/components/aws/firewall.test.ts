import { expect } from 'chai';
import { Firewall } from '../../../components/aws/firewall.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const egress = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';

function doors(recording: Recording<unknown>, type: string): string[] {
  return recording.ofType(type).map(({ inputs }) => {
    const other = inputs['cidrIpv4'] ?? inputs['referencedSecurityGroupId'];
    return `${String(inputs['securityGroupId'])} ${String(inputs['fromPort'])} ${String(other)}`;
  });
}

describe('Firewall', () => {
  let recording: Recording<unknown>;
  before(async () => {
    recording = await record(
      () =>
        new Firewall('wall', {
          vpcId: 'vpc-1',
          usersFrom: '0.0.0.0/0',
          userPorts: [443, 80],
          testPort: 8_443,
          testFrom: ['10.0.0.0/16', '203.0.113.10/32'],
          servicePorts: [8_080, 3_000, 8_080],
        }).serviceGroupId,
      { answers: awsAnswers },
    );
  });

  it('lets in users to the balancer, the runner to its test listener, the balancer to services, services to the database', () => {
    expect(doors(recording, ingress)).to.have.members([
      'wall-balancer-id 443 0.0.0.0/0',
      'wall-balancer-id 80 0.0.0.0/0',
      'wall-balancer-id 8443 10.0.0.0/16',
      'wall-balancer-id 8443 203.0.113.10/32',
      'wall-services-id 8080 wall-balancer-id',
      'wall-services-id 3000 wall-balancer-id',
      'wall-database-id 5432 wall-services-id',
    ]);
  });

  it('lets out the balancer to services only, services to anywhere, and the database to nowhere', () => {
    expect(doors(recording, egress)).to.have.members([
      'wall-balancer-id 8080 wall-services-id',
      'wall-balancer-id 3000 wall-services-id',
      'wall-services-id 5432 wall-database-id',
      'wall-services-id undefined 0.0.0.0/0',
    ]);
  });
});
