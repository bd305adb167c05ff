import { expect } from 'chai';
import { z } from 'zod';
import { awsProject, type AwsProject } from '../support/aws/aws-project.js';
import { standInConfiguration } from '../support/aws/stand-in-configuration.js';
import { StandIn } from '../support/aws/stand-in.js';

const previewSchema = z.looseObject({ steps: z.array(z.looseObject({ op: z.string(), urn: z.string() })) });
const stack = 'staging';
const moved = { blue: 30, green: 70 };

describe('weights that somebody else moved', function () {
  this.timeout(40 * 60_000);
  let aws: StandIn | undefined;
  let project: AwsProject | undefined;
  let configuration: Record<string, unknown>;
  const opened = (): { aws: StandIn; project: AwsProject } => {
    if (!aws || !project) throw new Error('the environment is not up');
    return { aws, project };
  };
  before(async () => {
    aws = await StandIn.open();
    project = await awsProject({ endpoint: aws.url });
    await aws.bucket('shop-store');
    configuration = standInConfiguration(stack, { endpoint: aws.url, folder: project.folder, bucket: 'shop-store' });
    await project.configure(stack, configuration);
    await project.pulumi(['stack', 'init', stack]);
    await project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
    await aws.shift(await project.outputs(stack), moved);
  });
  after(async () => {
    await project?.remove();
    await aws?.close();
    for (const line of aws?.reportLines() ?? []) process.stdout.write(`    ${line}\n`);
  });

  async function expectMoved(): Promise<void> {
    const { aws, project } = opened();
    const weights = await aws.weights(await project.outputs(stack));
    expect(weights['api']).to.deep.equal(moved);
    expect(weights['web']).to.deep.equal(moved);
  }

  it('are left alone by a plain up', async () => {
    await opened().project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
    await expectMoved();
  });

  it('are left alone by a refresh, and by the up after it', async () => {
    const { project } = opened();
    await project.pulumi(['refresh', '--yes', '--skip-preview', '--stack', stack]);
    await project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
    await expectMoved();
  });

  it('are left alone by a changed condition, a tag and an added service, which comes dark', async () => {
    const { aws, project } = opened();
    const services = configuration['services'] as Record<string, Record<string, unknown>>;
    await project.configure(stack, {
      ...configuration,
      tags: { ...(configuration['tags'] as object), owner: 'somebody-else' },
      services: {
        ...services,
        api: { ...services['api'], path: '/api/v2' },
        admin: { kind: 'routed', path: '/admin' },
      },
    });
    const preview = await project.pulumi(['preview', '--json', '--refresh', '--stack', stack]);
    const { steps } = previewSchema.parse(JSON.parse(preview.slice(preview.indexOf('{'))));
    const routing = steps.filter(({ urn }) => /aws:lb\/(targetGroup|listenerRule|listener):/.test(urn));
    expect(routing.length).to.be.greaterThan(5);
    expect(routing.filter(({ op }) => /replace|delete/.test(op))).to.deep.equal([]);
    await project.pulumi(['up', '--yes', '--skip-preview', '--refresh', '--stack', stack]);
    await expectMoved();
    expect((await aws.weights(await project.outputs(stack)))['admin']).to.deep.equal({ blue: 100, green: 0 });
  });

  it('go with the environment, which can be destroyed and made again', async () => {
    const { project } = opened();
    for (let round = 0; round < 2; round += 1) {
      await project.pulumi(['destroy', '--yes', '--stack', stack]);
      await project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
    }
    await project.pulumi(['destroy', '--yes', '--stack', stack]);
    await project.pulumi(['stack', 'rm', '--yes', stack]);
  });
});
