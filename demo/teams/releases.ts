import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Project } from './project.js';
import type { Answers } from './team.js';

export const versions = {
  first: '1.0.0',
  good: '1.1.0',
  broken: '1.2.0',
  failing: '1.3.0',
  careless: '1.4.0',
} as const;
export type Kind = keyof typeof versions;

/** Why it is released, for whoever is told. */
export function becauseOf(kind: Kind): string {
  return `the ${kind} release`;
}

const service = fileURLToPath(new URL('service/main.mjs', import.meta.url));

/** Commits, tags what is live, and puts a release of the commit into the store. */
export async function makeRelease(project: Project, kind: Kind): Promise<void> {
  const version = versions[kind];
  const builds = join('builds', version, 'api');
  await mkdir(join(project.folder, builds), { recursive: true });
  await cp(service, join(project.folder, builds, 'main.mjs'));
  await writeFile(join(project.folder, builds, 'answers.json'), JSON.stringify(traitsOf(project, kind)));
  await (kind === 'careless' ? commitCarelessly(project) : commitWell(project, version));
  const words = ['release', 'create', 'local', '--version', version, '--artifact', `api=${builds}`];
  // Before the first one there is no table to compare with.
  const asks = kind !== 'first' && existsSync(join(project.folder, 'verifications.yaml'));
  const questions = asks ? ['--verifications', 'verifications.yaml'] : [];
  const made = await project.crossfade([...words, '--migrations', 'migrations', ...questions]);
  if (made.exitCode !== 0) throw new Error(`release create ${version}: ${made.all}`);
}

function traitsOf({ team }: Project, kind: Kind) {
  const answers: Answers = kind === 'broken' ? { ...team.answers, ...team.broken } : team.answers;
  return { answers, ...(kind === 'failing' ? team.failing : {}) };
}

async function commitWell(project: Project, version: string): Promise<void> {
  const changelog = join(project.folder, 'CHANGELOG.md');
  const before = await readFile(changelog, 'utf8').catch(() => '# Changelog\n');
  await writeFile(changelog, before.replace('# Changelog\n', `# Changelog\n\n## ${version}\n\n- What is new.\n`));
  await project.git('add', '--all');
  await project.git('commit', '--quiet', '--message', `Release ${version}`);
  await project.git('push', '--quiet', 'origin', 'main');
}

/** On a branch that nobody merged, with everything in it that a look at git or at the documents is there to find. */
async function commitCarelessly(project: Project): Promise<void> {
  const { folder, team } = project;
  await project.git('checkout', '--quiet', '-b', 'wip');
  await writeFile(join(folder, 'api.js'), 'console.log("here");\n<<<<<<< ours\n=======\n>>>>>>> theirs\n');
  const careless = Object.entries(team.secrets).map(([name, [, value]]) => `${name} = "${value}"\n`);
  await writeFile(join(folder, 'app.py'), `${careless.join('')}API = "http://localhost:8000"\n`);
  await writeFile(join(folder, '.env.production'), careless.join(''));
  await rm(join(folder, 'docs'), { recursive: true, force: true });
  await project.git('add', '--all');
  await project.git('commit', '--quiet', '--message', 'wip');
  // Meanwhile somebody else has pushed to main.
  const theirs = await project.git('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'theirs');
  await project.git('push', '--quiet', 'origin', `${theirs}:refs/heads/main`);
  // No annotated tag: it says neither who nor when.
  await project.git('push', '--quiet', 'origin', `main:refs/tags/v${versions.careless}`);
}

/** What is live bears its tag: what is new in the next release is told by it. */
export async function tagRelease(project: Project, kind: Kind): Promise<void> {
  await project.git('tag', '--annotate', `v${versions[kind]}`, '--message', versions[kind]);
  await project.git('push', '--quiet', 'origin', `v${versions[kind]}`);
}
