import { expect } from 'chai';
import { Balancer, balancerPorts } from '../../../components/aws/balancer.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

const network = {
  vpcId: 'vpc-1',
  cidr: '10.0.0.0/16',
  publicSubnetIds: ['public-1', 'public-2'],
  privateSubnetIds: ['private-1', 'private-2'],
  isolatedSubnetIds: [],
};

type Args = ConstructorParameters<typeof Balancer>[1];

function build(parts: Partial<Args> = {}): Promise<Recording<{ url: string; testUrl: string }>> {
  const args: Args = {
    accountId: '222222222222',
    network,
    securityGroupId: 'sg-1',
    internal: false,
    certificateArn: 'certificate',
    tlsPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    deletionProtection: true,
    accessLogDays: 30,
    domain: null,
    protect: true,
    ...parts,
  };
  return record(
    () => {
      const balancer = new Balancer('shop', args);
      return { url: balancer.url, testUrl: balancer.testUrl };
    },
    { answers: awsAnswers },
  );
}

const listener = 'aws:lb/listener:Listener';

describe('Balancer', () => {
  it('is usable by itself, in public subnets, with logs of every request', async () => {
    const recording = await build();
    const balancer = recording.find('aws:lb/loadBalancer:LoadBalancer', 'shop');
    expect(balancer.inputs).to.deep.equal({
      loadBalancerType: 'application',
      internal: false,
      securityGroups: ['sg-1'],
      subnets: ['public-1', 'public-2'],
      enableDeletionProtection: true,
      dropInvalidHeaderFields: true,
      idleTimeout: 60,
      accessLogs: { enabled: true, bucket: 'shop-logs-5d4c3b2' },
    });
    expect(balancer.protect).to.equal(true);
  });

  it('speaks TLS to users and to the runner, and only redirects in the clear', async () => {
    const recording = await build();
    const tls = { protocol: 'HTTPS', certificateArn: 'certificate', sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' };
    expect(recording.find(listener, 'shop-users').inputs).to.deep.include({ port: 443, ...tls });
    expect(recording.find(listener, 'shop-test').inputs).to.deep.include({ port: 8_443, ...tls });
    const redirect = recording.find(listener, 'shop-redirect').inputs;
    expect(redirect).to.deep.include({ port: 80, protocol: 'HTTP' });
    expect(redirect['defaultActions']).to.deep.equal([
      { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
    ]);
    expect(recording.result.url).to.match(/^https:\/\/shop-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(recording.result.testUrl).to.match(/:8443$/);
  });

  it('sends what no service asked for nowhere', async () => {
    const users = (await build()).find(listener, 'shop-users');
    const [action] = users.inputs['defaultActions'] as { type: string; fixedResponse: { statusCode: string } }[];
    expect(action).to.include({ type: 'fixed-response' });
    expect(action?.fixedResponse.statusCode).to.equal('404');
    expect(users.protect).to.equal(true);
  });

  it('speaks HTTP only where there is no certificate', async () => {
    const recording = await build({ certificateArn: null });
    expect(recording.ofType(listener).map((each) => each.inputs['port'])).to.deep.equal([80, 8_080]);
    expect(recording.result.url).to.match(/^http:/);
    expect(balancerPorts(null)).to.deep.equal({ users: 80, redirect: null, test: 8_080 });
  });

  it('has a maintenance page that nobody sees, and that an up does not switch off', async () => {
    const page = (await build()).find('aws:lb/listenerRule:ListenerRule', 'shop-maintenance');
    expect(page.inputs['priority']).to.equal(1);
    expect(page.inputs['conditions']).to.deep.equal([{ pathPattern: { values: ['/.crossfade-maintenance'] } }]);
    const [action] = page.inputs['actions'] as { fixedResponse: { statusCode: string } }[];
    expect(action?.fixedResponse.statusCode).to.equal('503');
    expect(page.ignoreChanges).to.deep.equal(['conditions']);
  });

  it('stays inside the network when it is internal', async () => {
    const balancer = (await build({ internal: true })).find('aws:lb/loadBalancer:LoadBalancer', 'shop');
    expect(balancer.inputs).to.deep.include({ internal: true, subnets: ['private-1', 'private-2'] });
  });

  it('answers to its domain', async () => {
    const recording = await build({ domain: { name: 'shop.example.com', zoneId: 'Z1' } });
    expect(recording.find('aws:route53/record:Record', 'shop').inputs).to.deep.include({
      zoneId: 'Z1',
      name: 'shop.example.com',
      type: 'A',
    });
    expect(recording.result).to.deep.equal({
      url: 'https://shop.example.com',
      testUrl: 'https://shop.example.com:8443',
    });
  });

  it('keeps its logs for a while, from nobody but the balancer, and shows them to no public', async () => {
    const recording = await build();
    const blocked = recording.find('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'shop-logs').inputs;
    expect(blocked).to.deep.include({ blockPublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true });
    const rules = recording.find('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', 'shop-logs')
      .inputs['rules'];
    expect(rules).to.deep.equal([{ id: 'expire', status: 'Enabled', filter: {}, expiration: { days: 30 } }]);
    const text = recording.find('aws:s3/bucketPolicy:BucketPolicy', 'shop-logs').inputs['policy'] as string;
    const { Statement: statements } = JSON.parse(text) as { Statement: Record<string, unknown>[] };
    expect(statements.map((each) => each['Effect'])).to.deep.equal(['Allow', 'Deny']);
    expect(statements[0]).to.deep.include({
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::shop-logs-5d4c3b2/AWSLogs/222222222222/*'],
    });
  });
});
