import { expect } from 'chai';
import { environmentOutputsSchema, type AwsOutputs } from '../../contract/outputs.js';
import { writtenConfiguration } from '../support/aws-configuration.js';
import { awsGraph, type Graph } from '../support/aws-graph.js';

const group = 'aws:lb/targetGroup:TargetGroup';
const rule = 'aws:lb/listenerRule:ListenerRule';
const database = { ...(writtenConfiguration('production')['database'] as object), rehearsals: true };
let built: Promise<Graph> | undefined;
const rehearsing = (): Promise<Graph> => (built ??= awsGraph('production', { database }));

describe('what rehearsals of migrations need on AWS', function () {
  this.timeout(60_000);

  it('is a target group and a rule per routed service, on the listener that users can not reach', async () => {
    const graph = await rehearsing();
    const { services, database, routes, balancer } = graph.outputs;
    const routed = Object.keys(services).filter((name) => services[name]?.kind === 'routed');
    const rehearsal = database?.rehearsal;
    expect(Object.keys(rehearsal?.routes ?? {}))
      .to.deep.equal(routed)
      .and.to.have.length.above(0);
    const groups = graph.ofType(group).filter(({ name }) => name.endsWith('-rehearsal'));
    expect(groups).to.have.length(routed.length);
    for (const { name, inputs } of groups) {
      expect(name.length, 'Pulumi adds eight').to.be.at.most(24);
      expect(inputs).to.deep.include({ targetType: 'ip', deregistrationDelay: 0 });
    }
    for (const service of routed) {
      const { priority, targetGroupArn } = rehearsal!.routes[service]!;
      const made = graph.find(rule, `shop-production-${service}-rehearsal`);
      expect(made.inputs).to.deep.equal({
        listenerArn: balancer.testListenerArn,
        priority,
        conditions: [{ httpHeader: { httpHeaderName: 'x-crossfade-slot', values: [`rehearsal-${service}`] } }],
        actions: [{ type: 'forward', targetGroupArn }],
      });
      expect(Object.values(routes[service]!.targetGroups), 'and none of a slot').to.not.include(targetGroupArn);
    }
  });

  it('is a login of its own, which tasks may be started with', async () => {
    const graph = await rehearsing();
    const arn = graph.outputs.database?.rehearsal?.loginSecretArn ?? '';
    expect(arn).to.not.equal(graph.outputs.database?.applicationSecretArn);
    for (const role of ['services', 'migration']) {
      const policy = graph.find('aws:iam/rolePolicy:RolePolicy', `shop-production-${role}-execution`).inputs['policy'];
      expect(policy).to.contain(arn);
    }
    expect(graph.ofType('aws:secretsmanager/secretVersion:SecretVersion').map(({ name }) => name)).to.not.include(
      'shop-production-rehearsal',
    );
  });

  it('keeps its places when a service is added', async () => {
    const last = (await rehearsing()).outputs;
    const services = writtenConfiguration('production')['services'] as object;
    const more = { ...services, aaa: { kind: 'routed', path: '/aaa', port: 9000 } };
    const after = (await awsGraph('production', { database, services: more }, last)).outputs.database;
    const places = (of: AwsOutputs['database']) =>
      Object.entries(of?.rehearsal?.routes ?? {}).map(([name, { priority }]) => [name, priority]);
    expect(places(after)).to.deep.include.members(places(last.database));
    expect(places(after)).to.have.length(places(last.database).length + 1);
  });

  it('stands as long as the route of a service that left, ready to be dropped', async () => {
    const last = (await rehearsing()).outputs;
    const { api: _api, ...services } = writtenConfiguration('production')['services'] as Record<string, unknown>;
    const without = await awsGraph('production', { database, services }, last);
    expect(without.find(rule, 'shop-production-api-rehearsal').protect).to.equal(false);
    expect(without.find(rule, 'shop-production-web-rehearsal').protect).to.equal(true);
    const dropped = await awsGraph('production', { database, services, droppedRoutes: ['api'] }, without.outputs);
    expect(dropped.outputs.database?.rehearsal?.routes).to.have.keys('web');
  });

  it('is left out where nobody switches it on, and older outputs have none', async () => {
    const off = await awsGraph('staging');
    expect(off.outputs.database?.rehearsal).to.equal(null);
    expect(off.ofType(group).filter(({ name }) => name.endsWith('-rehearsal'))).to.deep.equal([]);
    const { rehearsal: _rehearsal, ...older } = off.outputs.database!;
    const parsed = environmentOutputsSchema.parse({ ...off.outputs, database: older }) as AwsOutputs;
    expect(parsed.database?.rehearsal).to.equal(null);
  });
});
