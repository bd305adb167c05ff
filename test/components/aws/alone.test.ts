import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type Example = 'balancer' | 'database' | 'alarms';

function run(example: Example): Promise<Recording<Record<string, unknown>>> {
  const program = () => import(`../../examples/${example}-alone.ts`) as Promise<Record<string, unknown>>;
  return record(() => program().then((outputs) => ({ ...outputs })), { answers: awsAnswers });
}

describe('components used alone', function () {
  this.timeout(60_000);

  it('are a balancer with a route, and nothing else of an environment', async () => {
    const recording = await run('balancer');
    expect(recording.result['url']).to.match(/^https:\/\/shop-1234567890/);
    expect(recording.ofType('aws:lb/targetGroup:TargetGroup')).to.have.length(2);
    const [rule] = recording.ofType('aws:lb/listenerRule:ListenerRule').filter(({ name }) => name === 'shop-api');
    expect(rule?.ignoreChanges).to.include('actions');
    expect(recording.resources.filter(({ type }) => /:(ecs|rds|iam|cloudwatch)\//.test(type))).to.deep.equal([]);
  });

  it('are a database with its login', async () => {
    const recording = await run('database');
    expect(recording.result['endpoint']).to.match(/^orders-.*\.rds\.amazonaws\.com$/);
    expect(recording.result['loginSecretArn']).to.match(/orders-application$/);
    expect(recording.resources.filter(({ type }) => /:(ecs|lb|vpc|ec2)\//.test(type))).to.deep.equal([]);
  });

  it('are alarms on what somebody else made', async () => {
    const recording = await run('alarms');
    expect(recording.result['testAlarms']).to.have.keys('low', 'medium', 'high', 'critical');
    expect(recording.ofType('aws:cloudwatch/compositeAlarm:CompositeAlarm')).to.have.length(1);
    expect(recording.find('aws:cloudwatch/metricAlarm:MetricAlarm', 'orders-connections').inputs).to.include({
      threshold: 160,
    });
    expect(recording.resources.filter(({ type }) => /:(ecs|lb|rds|vpc|ec2)\//.test(type))).to.deep.equal([]);
  });

  it('are what the documentation shows', async () => {
    const page = await readFile(`${root}docs/components.md`, 'utf8');
    const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text);
    const examples = await Promise.all(
      (['balancer', 'database', 'alarms'] as const).map((name) =>
        readFile(`${root}test/examples/${name}-alone.ts`, 'utf8'),
      ),
    );
    // A team imports them from the package.
    expect(shown).to.deep.equal(examples.map((text) => text.replaceAll(/'\.\.\/\.\.\/(.*)\.js'/g, "'crossfade/$1'")));
  });

  it('are exported by the package, by file', async () => {
    const manifest = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as unknown;
    const { exports } = z.looseObject({ exports: z.record(z.string(), z.unknown()) }).parse(manifest);
    for (const folder of ['components/aws', 'contract']) {
      expect(exports[`./${folder}/*`]).to.deep.equal({
        types: `./dist/${folder}/*.d.ts`,
        default: `./dist/${folder}/*.js`,
      });
    }
  });
});
