import { execa } from 'execa';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { expect } from 'chai';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { provisionSeconds } from '../../components/aws/provision-role.js';
import { releaseSeconds } from '../../components/aws/release-role.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.github/workflows');

const stepSchema = z.object({
  run: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.unknown()).optional(),
});
const concurrencySchema = z.object({ group: z.string().min(1), 'cancel-in-progress': z.boolean() });
const jobSchema = z.object({
  concurrency: concurrencySchema.optional(),
  if: z.string().optional(),
  permissions: z.record(z.string(), z.string()),
  'timeout-minutes': z.number().max(360),
  environment: z.string().optional(),
  steps: z.array(stepSchema).min(1),
});
const workflowSchema = z.object({
  concurrency: concurrencySchema.optional(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), jobSchema),
});

interface File {
  readonly name: string;
  readonly text: string;
  readonly workflow: z.infer<typeof workflowSchema>;
}

async function workflows(): Promise<File[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text, workflow: workflowSchema.parse(parseYaml(text)) };
    }),
  );
}

/** Words that may follow `crossfade`, with what each may be followed by where it has commands below it. */
async function registered(): Promise<Set<string>> {
  const files = (await readdir(join(root, 'cli'))).filter((name) => /^register-.*\.ts$/.test(name));
  const sources = await Promise.all(files.map((name) => readFile(join(root, 'cli', name), 'utf8')));
  return new Set(
    sources.flatMap((source) => [...source.matchAll(/\.command\('([a-z-]+)'\)/g)].map(([, name = '']) => name)),
  );
}

const options = (source: string): string[] => [...source.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option);

describe('the workflows', () => {
  let files: File[];
  before(async () => {
    files = await workflows();
  });

  const steps = () =>
    files.flatMap(({ name, workflow }) =>
      Object.values(workflow.jobs).flatMap((job) => job.steps.map((step) => ({ name, job, step }))),
    );

  it('are what GitHub takes for workflows', () => {
    expect(files.map(({ name }) => name)).to.deep.equal([
      'drill.yml',
      'due.yml',
      'postgres.yml',
      'preview.yml',
      'production.yml',
      'prune.yml',
      'rehearse.yml',
      'staging.yml',
    ]);
    for (const { name, text } of files) {
      const { context } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
      expect(
        context.errors.getErrors().map(({ message }) => message),
        name,
      ).to.deep.equal([]);
    }
  });

  it('would be refused by the same parser with a key that is not one', () => {
    const [{ name, text }] = files as [File];
    const { context } = parseWorkflow(
      { name, content: text.replace('timeout-minutes', 'timeout-hours') },
      new NoOperationTraceWriter(),
    );
    expect(context.errors.count).to.be.greaterThan(0);
  });

  it('fault 58: put no expression into a shell: what others write gets there as a variable only', () => {
    const scripts = steps().flatMap(({ name, step }) => (step.run === undefined ? [] : [{ name, run: step.run }]));
    expect(scripts.length).to.be.greaterThan(10);
    expect(scripts.filter(({ run }) => run.includes('${{'))).to.deep.equal([]);
    // Nor is a variable read as code.
    expect(scripts.filter(({ run }) => /\beval\b|\bsh -c\b/.test(run))).to.deep.equal([]);
  });

  it('take nothing that a stranger writes into a variable either', () => {
    const free =
      /github\.(head_ref|event\.(pull_request\.(title|body|head\.(ref|label|repo\.default_branch))|comment|issue|review|head_commit|commits))/;
    for (const { name, text } of files) expect(text, name).to.not.match(free);
  });

  it('fault 59: give a stranger’s branch no credentials', () => {
    for (const { name, text, workflow } of files) {
      expect(Object.keys(workflow.on), name)
        .to.not.include.members(['pull_request_target'])
        .and.not.include('workflow_run');
      expect(text, name).to.not.contain('secrets.');
    }
    const { jobs } = files.find(({ name }) => name === 'preview.yml')!.workflow;
    for (const [name, job] of Object.entries(jobs)) {
      const trusted = job.permissions['id-token'] === 'write' || job.permissions['pull-requests'] === 'write';
      if (trusted && name !== 'comment') expect(job.if, name).to.contain('head.repo.full_name == github.repository');
    }
    expect(jobs['comment']).to.have.property('if').that.contains("needs.preview.result != 'skipped'");
  });

  it('hold a role as long as the job may release with it, and no longer than the role allows', () => {
    const allowed: Readonly<Record<string, number>> = { RELEASE: releaseSeconds, PROVISION: provisionSeconds };
    let held = 0;
    for (const { name, job, step } of steps()) {
      const role = /vars\.AWS_(RELEASE|PROVISION)_ROLE_ARN/.exec(String(step.with?.['role-to-assume']))?.[1];
      if (role === undefined) continue;
      held += 1;
      const seconds = step.with?.['role-duration-seconds'];
      expect(seconds, `${name} ${role}`)
        .to.be.a('number')
        .and.to.be.at.most(allowed[role] ?? 0);
      // What expires in the middle of a deploy can neither go on nor back.
      if (role === 'RELEASE') expect(seconds, name).to.be.at.least(job['timeout-minutes'] * 60);
    }
    expect(held).to.equal(8);
  });

  it('show before each up what was changed by hand', () => {
    for (const environment of ['staging', 'production']) {
      const { jobs } = files.find(({ name }) => name === `${environment}.yml`)!.workflow;
      const runs = Object.values(jobs).flatMap((job) => job.steps.map(({ run }) => run ?? ''));
      const looked = runs.findIndex((run) => run.includes(`preview ${environment} --refresh`));
      expect(looked).to.be.at.least(0);
      expect(runs.findIndex((run) => run.includes(`crossfade.js up ${environment}`))).to.be.greaterThan(looked);
    }
  });

  it('let nothing that may write run code of the branch', () => {
    for (const { name, workflow } of files) {
      for (const job of Object.values(workflow.jobs)) {
        const writes = Object.entries(job.permissions).filter(([what, how]) => how === 'write' && what !== 'id-token');
        if (writes.length === 0) continue;
        expect(
          job.steps.some(({ uses }) => uses?.startsWith('actions/checkout') === true),
          name,
        ).to.equal(false);
      }
    }
  });

  it('have no permission by default, and keep no credentials in the checkout', () => {
    for (const { workflow } of files) expect(workflow.permissions).to.deep.equal({});
    for (const { step } of steps().filter(({ step: { uses } }) => uses?.startsWith('actions/checkout') === true)) {
      expect(step.with).to.deep.include({ 'persist-credentials': false });
    }
  });

  it('fault 60: name a version of each action, and install without scripts', () => {
    for (const { name, step } of steps()) {
      if (step.uses !== undefined) expect(step.uses, name).to.match(/^[\w-]+\/[\w-]+@(v\d+(\.\d+){0,2}|[0-9a-f]{40})$/);
      if (step.run?.includes('npm ci') === true) expect(step.run, name).to.contain('--ignore-scripts');
    }
  });

  it('never run twice at once, and never stop a deploy in its middle', () => {
    for (const { name, workflow } of files) {
      for (const job of Object.values(workflow.jobs)) {
        const concurrency = job.concurrency ?? workflow.concurrency;
        expect(concurrency, name).to.not.equal(undefined);
        expect(concurrency?.['cancel-in-progress'], name).to.equal(name === 'preview.yml');
      }
    }
  });

  it('bring production up behind an approval only, as it was reviewed', () => {
    const { jobs } = files.find(({ name }) => name === 'production.yml')!.workflow;
    for (const job of Object.values(jobs)) {
      const runs = job.steps.map(({ run }) => run ?? '').join('\n');
      if (/crossfade\.js (up|deploy) /.test(runs)) expect(job.environment).to.equal('production');
    }
    expect(JSON.stringify(jobs)).to.contain('up production --policy-pack policy --reviewed reviewed.json');
  });

  it('call only commands and options of crossfade that exist', async () => {
    const known = await registered();
    const sources = await Promise.all(
      (await readdir(join(root, 'cli')))
        .filter((name) => name.startsWith('register-'))
        .map((name) => readFile(join(root, 'cli', name), 'utf8')),
    );
    let calls = 0;
    const script = { name: 'create-release.sh', text: await readFile(join(folder, '..', 'create-release.sh'), 'utf8') };
    const texts = [...steps().map(({ name, step }) => ({ name, text: step.run ?? '' })), script];
    for (const { name, text } of texts) {
      for (const [, line = ''] of text.matchAll(/crossfade\.js ([^\n|>)]+)/g)) {
        calls += 1;
        const [word = '', next = ''] = line.split(' ');
        expect(known.has(word), `${name}: crossfade ${word}`).to.equal(true);
        if (word === 'release') expect(known.has(next), `${name}: crossfade release ${next}`).to.equal(true);
        for (const option of options(` ${line}`))
          expect(sources.join('\n'), `${name}: ${option}`).to.contain(`'${option}`);
      }
    }
    expect(calls).to.be.greaterThan(8);
  });

  describe('create-release.sh', () => {
    const stubs = { aws: 'echo sha256:0', node: 'shift; printf "%s\\n" "$@"' };
    const bin = temporaryFolder();
    beforeEach(async () => {
      for (const [name, line] of Object.entries(stubs)) {
        await writeFile(join(bin.path, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
      }
    });

    const words = async (env: Readonly<Record<string, string>>): Promise<string[]> => {
      const given = {
        PATH: `${bin.path}:${process.env['PATH'] ?? ''}`,
        SERVICES: 'api web',
        REGISTRY: 'registry',
        ...env,
      };
      const all = { ...given, PRODUCT: 'shop', GITHUB_SHA: 'a'.repeat(40) };
      const script = join(folder, '..', 'create-release.sh');
      const { stdout } = await execa(script, ['staging', '1.0.0'], { env: all, extendEnv: false, timeout: 10_000 });
      return stdout.split('\n');
    };
    const release = ['release', 'create', 'staging', '--version', '1.0.0'];
    const images = ['--artifact', 'api=registry/shop-api@sha256:0', '--artifact', 'web=registry/shop-web@sha256:0'];

    it('makes a release of the images of a commit', async () => {
      expect(await words({})).to.deep.equal([...release, ...images]);
    });

    it('brings the migrations, or the tool that has them, each as one word', async () => {
      const sql = await words({ MIGRATIONS: 'our sql', MIGRATE: '' });
      expect(sql).to.deep.equal([...release, ...images, '--migrations', 'our sql']);
      const migrate = 'api=["node","up.js; rm -rf /"]';
      const tool = await words({ MIGRATIONS: 'our sql', MIGRATE: migrate });
      expect(tool).to.deep.equal([...release, ...images, '--migrate', migrate]);
    });
  });
});
