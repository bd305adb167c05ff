import { expect } from 'chai';
import type { AwsOutputs } from '../../contract/outputs.js';
import { awsRoutes } from '../../stacks/aws-routes.js';
import { awsAnswers } from '../support/aws-answers.js';
import { awsConfiguration, writtenConfiguration } from '../support/aws-configuration.js';
import { record, type Recording } from '../support/pulumi-recorder.js';

type Last = Pick<AwsOutputs, 'services' | 'formerServices' | 'routes'>;
type Written = Record<string, unknown>;

const written = writtenConfiguration('production')['services'] as Written;
const admin = { kind: 'routed', path: '/admin', port: 9000 };

async function build(parts: Written, last?: Last): Promise<Recording<unknown> & { last: Last }> {
  const configuration = awsConfiguration('production', parts);
  const listeners = { listenerArn: 'listener', testListenerArn: 'test-listener' };
  const program = () => {
    const made = awsRoutes('shop', { configuration, balancer: listeners, vpcId: 'vpc-1', last }, {});
    return { routes: made.outputs, formerServices: made.former };
  };
  const recording = await record(program, { answers: awsAnswers });
  const result = recording.result as Pick<Last, 'routes' | 'formerServices'>;
  return { ...recording, last: { ...result, services: configuration.services } };
}

describe('awsRoutes', () => {
  let before: Awaited<ReturnType<typeof build>>;
  beforeEach(async () => {
    before = await build({});
  });

  it('gives the pipeline what it needs of each routed service, and of no other', () => {
    const { routes } = before.last;
    expect(routes).to.have.keys('api', 'web');
    expect(routes['api']).to.include({ path: '/api', host: null });
    expect(routes['api']?.targetGroups.blue).to.match(/targetgroup\/shop-api-blue\//);
    expect(routes['api']?.metricDimensions.green).to.match(/^targetgroup\/shop-api-green\//);
  });

  it('makes a new service out of resources of its own, and changes none of the others', async () => {
    const after = await build({ services: { ...written, admin } }, before.last);
    for (const resource of before.resources) expect(after.find(resource.type, resource.name)).to.deep.equal(resource);
    expect(after.last.routes['admin']?.priority).to.be.lessThan(after.last.routes['api']?.priority ?? 0);
  });

  it('keeps the route of a service that left the configuration, ready to be dropped', async () => {
    const { api: _api, ...without } = written;
    const after = await build({ services: without }, before.last);
    const rule = after.find('aws:lb/listenerRule:ListenerRule', 'shop-api');
    expect(rule.inputs).to.deep.equal(before.find(rule.type, rule.name).inputs);
    expect(rule.protect).to.equal(false);
    expect(after.last.formerServices).to.have.keys('api');
    const web = after.find('aws:lb/listenerRule:ListenerRule', 'shop-web');
    expect(web.protect).to.equal(true);

    const muchLater = await build({ services: without }, after.last);
    expect(muchLater.last.routes).to.have.keys('api', 'web');
  });

  it('drops it when it is named', async () => {
    const { api: _api, ...without } = written;
    const after = await build({ services: without, droppedRoutes: ['api'] }, before.last);
    expect(after.last.routes).to.have.keys('web');
    expect(after.last.formerServices).to.deep.equal({});
  });

  it('takes a service back that returns to the configuration', async () => {
    const { api: _api, ...without } = written;
    const gone = await build({ services: without }, before.last);
    const back = await build({}, gone.last);
    expect(back.last.formerServices).to.deep.equal({});
    expect(back.find('aws:lb/listenerRule:ListenerRule', 'shop-api').protect).to.equal(true);
  });
});
