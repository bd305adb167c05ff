import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import type { Question } from '../git.js';

const shown = 10;

/** Neither the release was made of changed files, nor are there any now. */
export async function askClean({ git, commit }: Question): Promise<Verdict> {
  if (commit.endsWith('-dirty')) return no('the release was made of files that were changed and not committed');
  const { text } = await git.run(['status', '--porcelain=v1', '-z', '--untracked-files=normal']);
  const changed = text.split('\0').filter((entry) => entry !== '');
  if (changed.length === 0) return yes('nothing is changed, nothing is left over', { commit });
  const names = changed.slice(0, shown).map((entry) => entry.slice(3));
  const more = changed.length > shown ? ` and ${changed.length - shown} more` : '';
  return no(`changed or not committed: ${names.join(', ')}${more}`, { commit, changed: changed.length });
}

/** The release holds what the branch has now, where it comes from. */
export async function askUpToDate({ git, commit, branch = 'main' }: Question): Promise<Verdict> {
  const name = `refs/heads/${branch}`;
  const newest = (await git.remote(name)).get(name);
  if (newest === undefined) return no(`origin has no branch ${branch}`);
  const evidence = { branch, newest, commit };
  if (!(await git.has(newest))) {
    return no(`origin has ${newest.slice(0, 12)} in ${branch}, which is not even here`, evidence);
  }
  if (await git.isAncestor(newest, commit)) return yes(`holds all of ${branch}`, evidence);
  return no(`${branch} has commits that the release does not: ${newest.slice(0, 12)}`, evidence);
}

/** The release's commit lies on main, on release/v<version>, or on the branch that the item names. */
export async function askBranch({ git, commit, version, branch }: Question): Promise<Verdict> {
  const wanted = branch === undefined ? ['main', `release/v${version}`] : [branch];
  const looked: string[] = [];
  for (const name of wanted) {
    for (const reference of [`refs/heads/${name}`, `refs/remotes/origin/${name}`]) {
      const tip = await git.resolve(reference);
      if (tip === undefined) continue;
      looked.push(reference);
      if (await git.isAncestor(commit, tip)) return yes(`lies on ${name}`, { commit, branch: name });
    }
  }
  const names = wanted.join(' or ');
  if (looked.length === 0) return unknown(`no branch ${names} is known here`, { commit });
  return no(`${commit.slice(0, 12)} does not lie on ${names}`, { commit });
}
