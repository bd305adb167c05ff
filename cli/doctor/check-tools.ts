import { execa } from 'execa';
import semver from 'semver';
import { findEngine, OLDEST_ENGINE } from '../../platforms/pulumi/find-engine.js';
import { fine, wrong, type Check } from './check.js';

const oldestNode = '20.19.0';

/** Node, git and Pulumi. */
export function checkTools(): Promise<Check[]> {
  return Promise.all([checkNode(process.versions.node), checkGit(), checkEngine()]);
}

export function checkNode(version: string): Promise<Check> {
  const check = semver.gte(version, oldestNode)
    ? fine('node', version)
    : wrong('node', `${version} is too old`, `install Node ${oldestNode} or newer`);
  return Promise.resolve(check);
}

async function checkGit(): Promise<Check> {
  const { failed, stdout } = await execa('git', ['--version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  if (!failed) return fine('git', stdout.replace(/^git version /, ''));
  return wrong(
    'git',
    'it does not run',
    "install git: releases record commit and author ('--commit' and '--author' do without)",
  );
}

async function checkEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Check> {
  const engine = await findEngine(environment);
  if (engine) return fine('pulumi', `${engine.version} in ${engine.bin}`);
  return wrong(
    'pulumi',
    `neither on PATH nor fetched before, or older than ${OLDEST_ENGINE}`,
    'see https://www.pulumi.com/docs/iac/download-install/ (traffic can be moved back without it)',
  );
}
