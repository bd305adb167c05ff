import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../../gates/answer.js';
import type { Git } from '../../gates/git/git.js';

export interface TagOrder {
  readonly name: string;
  /** What the release was made of. */
  readonly commit: string;
  /** What the annotation says. */
  readonly message: string;
  readonly push: boolean;
}

/**
 * An annotated tag on exactly this commit, here and at origin where that is asked. What stands there already is left: of
 * this commit it is the tag, of another the answer is no. Throws PlatformError where git or the remote refuses.
 */
export async function tagCommit(git: Git, { name, commit, message, push }: TagOrder): Promise<Verdict> {
  if (commit.endsWith('-dirty')) return no('the release was made of files that no commit has');
  if (!(await git.has(commit)))
    return unknown(`commit ${commit.slice(0, 46)} of the release is not in this repository`);
  const whole = await git.resolve(commit);
  // What is short may be the name of a branch as well.
  if (whole?.startsWith(commit) !== true) return unknown(`commit ${commit.slice(0, 46)} can't be told from a branch`);
  const reference = `refs/tags/${name}`;
  const evidence = { tag: name, commit: whole };
  const there = push ? await atOrigin(git, reference) : undefined;
  const here = await git.resolve(reference);
  const other = [there, here].find((sha) => sha !== undefined && sha !== whole);
  if (other !== undefined) return no(`${name} is the tag of ${other.slice(0, 12)}`, evidence);
  if (there === undefined && here === undefined) await annotate(git, name, whole, message);
  if (push && there === undefined) await git.run([...pushing, 'origin', `${reference}:${reference}`]);
  const where = push ? ', also at origin' : '';
  return yes(`${name} is the tag of ${whole.slice(0, 12)}${where}`, { ...evidence, pushed: push });
}

/** The tag alone, whatever the repository is set to push along. */
const pushing = ['push', '--quiet', '--no-verify', '--no-follow-tags', '--no-recurse-submodules'];

async function annotate(git: Git, name: string, commit: string, message: string): Promise<void> {
  const known = await git.run(['var', 'GIT_COMMITTER_IDENT'], [128]);
  const tagger = known.code === 0 ? [] : ['-c', 'user.name=Crossfade', '-c', 'user.email=crossfade@localhost'];
  await git.run([...tagger, 'tag', '--annotate', '--cleanup=verbatim', '--file=-', '--', name, commit], [], message);
}

/** The commit that a tag at the remote leads to. */
async function atOrigin(git: Git, reference: string): Promise<string | undefined> {
  const there = await git.remote(reference, `${reference}^{}`);
  return there.get(`${reference}^{}`) ?? there.get(reference);
}
