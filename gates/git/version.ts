import semver from 'semver';
import type { Verdict } from '../../contract/verdict.js';
import { no, yes } from '../answer.js';
import { changelogs, readChangelog } from './changelog.js';
import type { Git } from './git.js';
import type { Question } from '../git.js';

/** SemVer, and above the live one; going back on purpose is waived. */
export function askVersion({ version, previous }: Question): Promise<Verdict> {
  if (semver.valid(version) !== version) return Promise.resolve(no(`${version} is no version in SemVer`));
  if (previous === undefined) return Promise.resolve(yes(`${version}, the first`));
  const above = semver.gt(version, previous);
  const because = above ? `${version}, after ${previous}` : `${version} does not come after ${previous}`;
  return Promise.resolve((above ? yes : no)(because, { version, previous }));
}

/** The release's own commit has a heading for its version, with something under it. */
export async function askChangelog({ git, commit, version }: Question): Promise<Verdict> {
  const changelog = await readChangelog(git, commit, version);
  if (changelog === undefined) return no(`the release's commit has no ${changelogs[0]}`, { commit });
  const { path, section } = changelog;
  if (section === undefined) return no(`${path} has no heading for ${version}`, { path, commit });
  if (section === '') return no(`${path} has nothing under ${version}`, { path, commit });
  return yes(`${path} has ${version}`, { path, commit });
}

/** Neither here nor at the remote does anything but this commit bear the version. */
export async function askTagFree({ git, commit, version }: Question): Promise<Verdict> {
  const names = [`v${version}`, version];
  const references = names.map((name) => `refs/tags/${name}`);
  const taken = new Map<string, string>();
  if (await git.hasRemote()) {
    const there = await git.remote(...references.flatMap((name) => [name, `${name}^{}`]));
    for (const name of references) {
      const sha = there.get(`${name}^{}`) ?? there.get(name);
      if (sha !== undefined) taken.set(name, sha);
    }
  }
  for (const name of references) {
    const sha = await git.resolve(name);
    if (sha !== undefined) taken.set(name, sha);
  }
  const others = [...taken].filter(([, sha]) => sha !== commit);
  const [first] = others;
  if (first) return no(`${first[0].slice('refs/tags/'.length)} is the tag of ${first[1].slice(0, 12)}`, { commit });
  return yes(taken.size === 0 ? `nothing is tagged ${version}` : 'the tag is that of this commit', { commit });
}

/** The commit that bears a version. */
export async function tagOf(git: Git, version: string): Promise<string | undefined> {
  return (await git.resolve(`refs/tags/v${version}`)) ?? git.resolve(`refs/tags/${version}`);
}
