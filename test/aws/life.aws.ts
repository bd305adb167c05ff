import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Colour } from '../../contract/colour.js';
import { dangers } from '../../pipeline/preview/finding.js';
import { awsProject, type AwsProject } from '../support/aws/aws-project.js';
import { AwsWorld } from '../support/aws/aws-world.js';
import { standInConfiguration } from '../support/aws/stand-in-configuration.js';
import { StandIn } from '../support/aws/stand-in.js';
import { Users } from '../support/aws/users.js';

const support = (file: string): string => fileURLToPath(new URL(`../support/aws/${file}`, import.meta.url));
/** How much faster the command line's clock runs: CloudWatch counts by the minute. Half a minute that a gate has is two seconds. */
const speed = 15;
const by = ['--commit', 'a'.repeat(40), '--author', 'ada'];

const previewSchema = z.looseObject({
  steps: z.array(
    z.looseObject({
      op: z.string(),
      urn: z.string(),
      newState: z.looseObject({ type: z.string() }).optional(),
      diffReasons: z.array(z.string()).default([]),
    }),
  ),
});

const previewedSchema = z.looseObject({
  stacks: z.array(
    z.looseObject({
      hidden: z.array(z.unknown()),
      changes: z.array(z.looseObject({ urn: z.string(), operation: z.string(), danger: z.enum(dangers) })),
    }),
  ),
});

/** What moto takes and doesn't give back, so that the provider proposes it again and again. */
const forgotten: Readonly<Record<string, RegExp>> = {
  'aws:backup/plan:Plan': /^tagsAll$/,
  'aws:backup/vault:Vault': /^tagsAll$/,
  'aws:s3/bucket:Bucket': /^tagsAll$/,
  'aws:rds/instance:Instance': /^performanceInsights/,
  'aws:lambda/function:Function': /^loggingConfig$/,
  'aws:ecs/service:Service': /^(enableEcsManagedTags|healthCheckGracePeriodSeconds)$/,
  'aws:appautoscaling/target:Target': /^tagsAll$/,
};

for (const stack of ['staging', 'production'] as const) {
  describe(`${stack}, from its first up to its end`, function () {
    this.timeout(60 * 60_000);
    const from = Date.now();
    let aws: StandIn | undefined;
    let world: AwsWorld | undefined;
    let project: AwsProject | undefined;
    let users: Users | undefined;
    let configuration: Record<string, unknown>;

    const opened = (): { aws: StandIn; project: AwsProject } => {
      if (!aws || !project) throw new Error(`${stack} is not up`);
      return { aws, project };
    };
    const crossfade = (...words: string[]): Promise<string> => {
      const env = {
        CROSSFADE_TEST_SPEED: String(speed),
        CROSSFADE_TEST_FROM: String(from),
        CROSSFADE_TEST_DOOR: String(users?.door ?? 0),
      };
      const node = ['--import', support('fast-time.mjs'), '--import', support('reach-balancer.mjs')];
      return opened().project.crossfade(words, { node, env });
    };
    /** What an up would change, but for what moto has forgotten. */
    const proposed = async (name: string): Promise<string[]> => {
      const preview = await opened().project.pulumi(['preview', '--json', '--stack', name]);
      const { steps } = previewSchema.parse(JSON.parse(preview.slice(preview.indexOf('{'))));
      return steps.flatMap(({ op, urn, newState, diffReasons }) => {
        const left = diffReasons.filter((key) => !forgotten[newState?.type ?? '']?.test(key));
        return op === 'same' || op === 'read' || (op === 'update' && left.length === 0)
          ? []
          : [`${op} ${urn} ${left.join(' ')}`];
      });
    };
    const release = async (version: string): Promise<void> => {
      const images = await opened().aws.images(['api', 'web', 'worker', 'scheduler'], version);
      const artifacts = Object.entries(images).flatMap(([service, image]) => ['--artifact', `${service}=${image}`]);
      await crossfade('release', 'create', stack, '--version', version, ...artifacts, ...by);
    };
    const expectLive = async (colour: Colour): Promise<void> => {
      const weights = await opened().aws.weights(await opened().project.outputs(stack));
      for (const [service, share] of Object.entries(weights)) expect(share?.[colour], service).to.equal(100);
    };

    before(async () => {
      const now = (): number => from + (Date.now() - from) * speed;
      aws = await StandIn.open(async (moto) => {
        world = await new AwsWorld({ moto, cluster: `shop-${stack}`, now }).start();
        return world.url;
      });
      project = await awsProject({ endpoint: aws.url });
      const bucket = `shop-${stack}-store`;
      await aws.bucket(bucket);
      configuration = standInConfiguration(stack, { endpoint: aws.url, folder: project.folder, bucket });
      await project.configure(stack, configuration);
    });
    after(async () => {
      await users?.leave();
      await project?.remove();
      await aws?.close();
      await world?.stop();
      process.stdout.write('    stood in for: tasks that run, healthy targets, counted requests\n');
      for (const line of aws?.reportLines() ?? []) process.stdout.write(`    ${line}\n`);
    });

    it('comes up', async () => {
      const { aws, project } = opened();
      await project.pulumi(['stack', 'init', stack]);
      await project.pulumi(['up', '--yes', '--stack', stack]);
      const outputs = await project.outputs(stack);
      if (!world) throw new Error('no world');
      users = await Users.come({ aws, world, outputs, speed });
      expect(await proposed(stack)).to.deep.equal([]);
    });

    it('takes its first release, and the next one into the other slot', async () => {
      await release('1.0.0');
      await crossfade('deploy', stack, '1.0.0', '--because', 'the first one');
      await expectLive('blue');
      await release('1.1.0');
      await crossfade('deploy', stack, '1.1.0', '--because', 'the next one');
      await expectLive('green');
    });

    it('goes back', async () => {
      await crossfade('rollback', stack, '--because', 'to try it');
      await expectLive('blue');
    });

    it('names first in a preview what nobody can make again, then what moves traffic', async () => {
      const { project } = opened();
      const services = configuration['services'] as Record<string, object>;
      await project.configure(stack, {
        ...configuration,
        database: { ...(configuration['database'] as object), name: 'renamed' },
        services: { ...services, api: { ...services['api'], port: 9_090 } },
      });
      const refused = await crossfade('preview', stack, '--json').then(
        () => 'nothing was dangerous',
        (error: unknown) => String(error),
      );
      await project.configure(stack, configuration);
      const line = refused.split('\n').find((each) => each.startsWith('{')) ?? refused;
      const [environment] = previewedSchema.parse(JSON.parse(line)).stacks;
      const changes = environment?.changes ?? [];
      expect(changes[0]?.danger).to.equal('data');
      expect(changes[0]?.urn).to.match(/aws:rds\/instance:Instance::/);
      expect(changes[0]?.operation).to.equal('replace');
      if (stack === 'production') {
        // What is protected ends the engine's preview there.
        expect(JSON.stringify(environment?.hidden)).to.match(/protect/);
        return;
      }
      const group = (colour: Colour) =>
        changes.find(({ urn }) => urn.includes('TargetGroup::') && urn.endsWith(`-api-${colour}`));
      expect(group('blue')?.danger, 'it answers users').to.equal('traffic');
      expect(group('green')?.danger, 'it answers nobody').to.equal('harmless');
      const order = changes.map(({ danger }) => dangers.indexOf(danger));
      expect(order).to.deep.equal([...order].sort((one, other) => one - other));
    });

    it('loses its idle slot, and gets it again', async () => {
      await crossfade('slot', 'destroy', stack, 'green');
      await crossfade('slot', 'create', stack, 'green');
      await expectLive('blue');
    });

    it('keeps the slot that users reach from a plain destroy', async () => {
      const { project } = opened();
      const refused = await project.pulumi(['destroy', '--yes', '--stack', `${stack}-blue`]).then(
        () => 'it was destroyed',
        (error: unknown) => String(error),
      );
      expect(refused).to.match(/slot blue of \w+ must keep standing: it has weight: 100 % of api/);
      expect(await proposed(`${stack}-blue`)).to.deep.equal([]);
      await expectLive('blue');
    });

    it('ends, users first, then slots', async () => {
      const { project } = opened();
      await users?.leave();
      users = undefined;
      // Guards of slots ask by the machine's own clock, in which nobody has come for long.
      await crossfade('maintenance', 'on', stack, '--for', '3h', '--because', 'the environment is given up');
      for (const slot of [`${stack}-green`, `${stack}-blue`]) {
        await project.pulumi(['destroy', '--yes', '--stack', slot]);
      }
      await project.configure(stack, unprotected(configuration));
      await project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
      await project.pulumi(['destroy', '--yes', '--stack', stack]);
      for (const each of [`${stack}-green`, `${stack}-blue`, stack])
        await project.pulumi(['stack', 'rm', '--yes', each]);
    });
  });
}

/** As docs/aws.md says: nothing that is protected can be destroyed. */
function unprotected(configuration: Record<string, unknown>): Record<string, unknown> {
  const part = (name: string): Record<string, unknown> => configuration[name] as Record<string, unknown>;
  const production = configuration['tier'] === 'production';
  const rules = ['protection', 'balancer-deletion-protection', 'database-deletion-protection'];
  const because = 'the environment is given up';
  const given = (configuration['exceptions'] ?? []) as readonly object[];
  return {
    ...configuration,
    protect: false,
    balancer: { ...part('balancer'), deletionProtection: false },
    database: { ...part('database'), deletionProtection: false },
    exceptions: production ? [...given, ...rules.map((rule) => ({ rule, because, by: 'npm run test:aws' }))] : given,
  };
}
