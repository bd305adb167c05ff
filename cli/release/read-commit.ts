import { execa } from 'execa';
import { ConfigurationError } from '../../contract/errors.js';
import type { Release } from '../../contract/release.js';

/** The commit that is checked out in the folder; `-dirty` behind it when files that git knows were changed. Throws ConfigurationError. */
export async function readCommit(folder: string): Promise<Release['commit']> {
  const sha = await git(folder, ['rev-parse', 'HEAD']);
  const author = await git(folder, ['log', '-1', '--format=%an <%ae>']);
  const changed = await git(folder, ['status', '--porcelain', '--untracked-files=no']);
  return { sha: changed === '' ? sha : `${sha}-dirty`, author: author.slice(0, 200) };
}

async function git(folder: string, argv: readonly string[]): Promise<string> {
  const answer = await execa('git', ['-C', folder, ...argv], {
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
    env: { GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
  });
  if (!answer.failed) return answer.stdout.trim();
  const [said = ''] = answer.stderr.trim().split('\n');
  throw new ConfigurationError(`git does not say what is released: ${said === '' ? answer.shortMessage : said}`, {
    hint: 'commit first, or say --commit SHA --author NAME',
  });
}
