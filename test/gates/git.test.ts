import { expect } from 'chai';
import { execa } from 'execa';
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../../contract/errors.js';
import { GateQuestion } from '../support/gate-question.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a question about git', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const here = () => join(folder.path, 'project');
  let question: GateQuestion;

  const git = async (place: string, ...argv: string[]) => {
    const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' };
    const committer = { GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com', GIT_CONFIG_GLOBAL: '/dev/null' };
    return (await execa('git', ['-C', place, ...argv], { env: { ...identity, ...committer } })).stdout;
  };
  const commit = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(here(), name), text);
    await git(here(), 'add', '--all');
    await git(here(), 'commit', '--quiet', '--allow-empty', '--message', 'more');
    const sha = await git(here(), 'rev-parse', 'HEAD');
    released(sha);
    return sha;
  };
  const released = (sha: string, version = '2.0.0') => {
    question.release = someRelease(version, { commit: { sha, author: 'a' } });
  };
  const ask = (asks: string, branch?: string) =>
    question.ask({ kind: 'git', asks, ...(branch === undefined ? {} : { branch }) });

  // Made once: a repository takes a dozen processes.
  let template = '';
  before(async () => {
    template = await mkdtemp(join(tmpdir(), 'crossfade-test-'));
    const project = join(template, 'project');
    await mkdir(project);
    await execa('git', ['init', '--quiet', '--bare', join(template, 'origin.git')]);
    await writeFile(join(project, 'main.js'), 'serve();\n');
    await writeFile(join(project, 'CHANGELOG.md'), '# Changes\n\n## 2.0.0\n\n- better\n\n## 1.0.0\n\n- first\n');
    await git(project, 'init', '--quiet', '--initial-branch', 'main');
    await git(project, 'remote', 'add', 'origin', '../origin.git');
    await git(project, 'add', '--all');
    await git(project, 'commit', '--quiet', '--message', 'first');
    await git(project, 'push', '--quiet', 'origin', 'main');
  });
  after(() => rm(template, { recursive: true, force: true }));

  beforeEach(async () => {
    question = new GateQuestion(here);
    await cp(template, folder.path, { recursive: true });
    released(await git(here(), 'rev-parse', 'HEAD'));
  });

  it('clean: no when something is changed, or the release was made of what was', async () => {
    expect(await ask('clean')).to.include({ answer: 'yes' });
    await writeFile(join(here(), 'new name.js'), '');
    expect(await ask('clean')).to.include({ answer: 'no', because: 'changed or not committed: new name.js' });
    await rm(join(here(), 'new name.js'));
    released(`${await git(here(), 'rev-parse', 'HEAD')}-dirty`);
    expect((await ask('clean')).because).to.contain('were changed and not committed');
  });

  it('up-to-date: no when the branch has more, known here or not; unknown when the remote is gone', async () => {
    expect(await ask('up-to-date')).to.include({ answer: 'yes', because: 'holds all of main' });
    const before = await git(here(), 'rev-parse', 'HEAD');
    await commit({ 'main.js': 'serve(2);\n' });
    await git(here(), 'push', '--quiet', 'origin', 'main');
    released(before);
    expect((await ask('up-to-date')).because).to.contain('main has commits that the release does not');
    await git(here(), 'reset', '--quiet', '--hard', before);
    await git(here(), 'update-ref', '-d', 'refs/remotes/origin/main');
    await git(here(), 'reflog', 'expire', '--expire=now', '--all');
    await git(here(), 'gc', '--quiet', '--prune=now');
    expect((await ask('up-to-date')).because).to.contain('which is not even here');
    expect(await ask('up-to-date', 'gone')).to.include({ answer: 'no', because: 'origin has no branch gone' });
    await git(here(), 'remote', 'set-url', 'origin', '../nothing.git');
    expect(await rejection(ask('up-to-date'))).to.be.instanceOf(PlatformError);
  });

  it('no-conflict-markers: in what was committed, and headings are none', async () => {
    await commit({ 'README.md': 'Title\n=======\n' });
    expect(await ask('no-conflict-markers')).to.include({ answer: 'yes' });
    await commit({ 'main.js': '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n' });
    const verdict = await ask('no-conflict-markers');
    expect(verdict).to.include({ answer: 'no', because: 'conflict markers in main.js:1, main.js:5' });
  });

  it('no-debug-leftovers: only those that came since the live release', async () => {
    await commit({ 'old.py': 'import pdb\n' });
    expect(await ask('no-debug-leftovers')).to.include({ answer: 'unknown' });
    await git(here(), 'tag', 'v1.0.0');
    await commit({ 'main.js': 'serve();\nlog("debugger");\n' });
    expect(await ask('no-debug-leftovers')).to.include({ answer: 'yes', because: 'none was added since 1.0.0' });
    await commit({ 'main.js': 'serve();\n  debugger;\n' });
    expect(await ask('no-debug-leftovers')).to.include({ answer: 'no', because: 'left over since 1.0.0: main.js:2' });
  });

  it('release-branch: main, the version’s own branch, or the one that is named', async () => {
    expect(await ask('release-branch')).to.include({ answer: 'yes', because: 'lies on main' });
    await git(here(), 'switch', '--quiet', '--create', 'feature');
    await commit({ 'main.js': 'serve(3);\n' });
    expect(await ask('release-branch')).to.include({ answer: 'no' });
    expect(await ask('release-branch', 'release/v{{version}}')).to.include({ answer: 'unknown' });
    await git(here(), 'branch', 'release/v2.0.0');
    expect(await ask('release-branch', 'release/v{{version}}')).to.include({ answer: 'yes' });
    expect(await ask('release-branch')).to.include({ answer: 'yes', because: 'lies on release/v2.0.0' });
  });

  it('version: above the live one', async () => {
    expect(await ask('version')).to.include({ answer: 'yes', because: '2.0.0, after 1.0.0' });
    released(await git(here(), 'rev-parse', 'HEAD'), '1.0.0-rc.1');
    expect(await ask('version')).to.include({ answer: 'no' });
  });

  it('changelog: a heading for the version, with something under it', async () => {
    expect(await ask('changelog')).to.include({ answer: 'yes', because: 'CHANGELOG.md has 2.0.0' });
    await appendFile(join(here(), 'CHANGELOG.md'), '\n## [3.0.0] - 2026-01-01\n\n');
    const sha = await commit({});
    released(sha, '3.0.0');
    expect(await ask('changelog')).to.include({ answer: 'no', because: 'CHANGELOG.md has nothing under 3.0.0' });
    released(sha, '2.0.1');
    expect(await ask('changelog')).to.include({ answer: 'no', because: 'CHANGELOG.md has no heading for 2.0.1' });
  });

  it('tag-free: here and at the remote, unless it is this commit’s', async () => {
    expect(await ask('tag-free')).to.include({ answer: 'yes', because: 'nothing is tagged 2.0.0' });
    await git(here(), 'tag', '--annotate', '--message', 'x', 'v2.0.0');
    expect(await ask('tag-free')).to.include({ answer: 'yes', because: 'the tag is that of this commit' });
    await git(here(), 'push', '--quiet', 'origin', 'v2.0.0');
    await git(here(), 'tag', '--delete', 'v2.0.0');
    await commit({ 'main.js': 'serve(4);\n' });
    expect((await ask('tag-free')).because).to.match(/^v2\.0\.0 is the tag of [0-9a-f]{12}$/);
  });

  it('is unknown about a commit that is not here', async () => {
    released('f'.repeat(40));
    expect(await ask('no-conflict-markers')).to.include({ answer: 'unknown' });
    released('--upload-pack=x');
    expect(await ask('changelog')).to.include({ answer: 'unknown' });
  });

  it('fault 58: takes a branch for a name, whatever it holds', async () => {
    const canary = join(folder.path, 'canary');
    for (const branch of [`$(touch ${canary})`, '--upload-pack=touch', '-f', `;touch ${canary}`, 'a\nb']) {
      expect((await ask('release-branch', branch)).answer).to.equal('unknown');
      expect((await ask('up-to-date', branch)).answer).to.equal('no');
    }
  });
});
