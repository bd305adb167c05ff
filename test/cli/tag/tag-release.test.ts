import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { tagRelease } from '../../../cli/tag/tag-release.js';
import { PlatformError } from '../../../contract/errors.js';
import { parse } from '../../../contract/parse.js';
import type { Plan } from '../../../contract/plan.js';
import { releaseTagSchema, tagNameOf, type ReleaseTag } from '../../../contract/release-tag.js';
import { foldRun } from '../../../journal/fold.js';
import { withLive } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';
import { rejection } from '../../support/rejection.js';
import { StandIn } from '../../support/stand-in.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const changelog = '# Changes\n\n## 2.0.0\n\n### Added\n\n- better\n\n## 1.0.0\n\n- first\n';
const releases = '/repos/acme/shop/releases';
const page = 'https://github.com/acme/shop/releases/tag/v2.0.0';

describe('the tag of a release', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const github = new StandIn();
  const here = () => join(folder.path, 'project');
  const git = async (place: string, ...argv: string[]) => (await execa('git', ['-C', place, ...argv])).stdout;
  const atOrigin = (...argv: string[]) => git(join(folder.path, 'origin.git'), ...argv);
  let template = '';
  let first: string;
  let plan: Plan;

  // Made once: a repository takes a dozen processes.
  before(async () => {
    template = await mkdtemp(join(tmpdir(), 'crossfade-test-'));
    const project = join(template, 'project');
    await mkdir(project);
    await writeFile(join(project, 'CHANGELOG.md'), changelog);
    await execa('git', ['init', '--quiet', '--bare', join(template, 'origin.git')]);
    await git(project, 'init', '--quiet', '--initial-branch', 'main');
    await git(project, 'remote', 'add', 'origin', '../origin.git');
    await git(project, 'config', 'push.followTags', 'true');
    await git(project, 'add', '--all');
    for (const message of ['first', 'later'])
      await git(project, ...by('a'), 'commit', '--quiet', '--allow-empty', '--message', message);
    await git(project, ...by('a'), 'tag', '--annotate', '--message', 'unasked', 'other', 'main~1');
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    ({ plan } = foldRun(fake.events));
  });
  after(() => rm(template, { recursive: true, force: true }));

  beforeEach(async () => {
    await cp(template, folder.path, { recursive: true });
    first = await git(here(), 'rev-parse', 'main~1');
    of(first);
  });

  const by = (name: string) => ['-c', `user.name=${name}`, '-c', `user.email=${name}@example.com`];
  const of = (sha: string, version = '2.0.0'): void => {
    if (plan.input === null) throw new Error('a deploy has an input');
    const release = someRelease(version, { commit: { sha, author: 'a' } });
    plan = { ...plan, input: { ...plan.input, release } };
  };
  const named = (said: ReleaseTag) => ({ ...said, name: tagNameOf(said, plan) });
  const tag = (said: unknown = {}) =>
    tagRelease(named(parse(releaseTagSchema, said, 'test')), plan, 'shop', {
      folder: here(),
      variables: { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'acme/shop', GITHUB_TOKEN: 'canary-8' },
    });

  it('is annotated, on exactly the commit that was released, with what its changelog says; and stays here', async () => {
    const { answer, because, evidence } = await tag();
    expect({ answer, because }).to.deep.equal({ answer: 'yes', because: `v2.0.0 is the tag of ${first.slice(0, 12)}` });
    expect(evidence).to.deep.equal({ tag: 'v2.0.0', commit: first, pushed: false, changelog: 'CHANGELOG.md' });
    expect(await git(here(), 'cat-file', '-t', 'v2.0.0')).to.equal('tag');
    expect(await git(here(), 'rev-parse', 'v2.0.0^{commit}')).to.equal(first);
    expect(await git(here(), 'for-each-ref', '--format=%(contents)', 'refs/tags/v2.0.0')).to.equal(
      'shop 2.0.0\n\n### Added\n\n- better\n',
    );
    expect(await atOrigin('tag')).to.equal('');
  });

  it('goes to origin where that is asked, alone, and is made once', async () => {
    const said = { name: '{{environment}}/{{version}}', push: 'origin' };
    expect((await tag(said)).because).to.equal(`local/2.0.0 is the tag of ${first.slice(0, 12)}, also at origin`);
    const made = await git(here(), 'rev-parse', 'local/2.0.0');
    expect((await tag(said)).answer).to.equal('yes');
    expect(await git(here(), 'rev-parse', 'local/2.0.0')).to.equal(made);
    expect(await atOrigin('tag')).to.equal('local/2.0.0');
    expect(await atOrigin('rev-parse', 'local/2.0.0')).to.equal(made);
  });

  it('goes on where it was left between here and origin, and in another checkout', async () => {
    await tag();
    expect((await tag({ push: 'origin' })).answer).to.equal('yes');
    await git(here(), 'tag', '--delete', 'v2.0.0');
    expect((await tag({ push: 'origin' })).answer).to.equal('yes');
    expect(await git(here(), 'tag', '--list', 'v*')).to.equal('');
  });

  it('is never moved from another commit, neither here nor at origin', async () => {
    await git(here(), 'tag', 'v2.0.0', 'main');
    const later = (await git(here(), 'rev-parse', 'main')).slice(0, 12);
    expect(await tag()).to.include({ answer: 'no', because: `v2.0.0 is the tag of ${later}` });
    await git(here(), 'push', '--quiet', '--no-follow-tags', 'origin', 'v2.0.0');
    await git(here(), 'tag', '--delete', 'v2.0.0');
    expect(await tag({ push: 'origin' })).to.include({ answer: 'no', because: `v2.0.0 is the tag of ${later}` });
  });

  it('is of no commit that is not here, and of none for files that were never committed', async () => {
    of('f'.repeat(40));
    expect((await tag()).answer).to.equal('unknown');
    of(`${first}-dirty`);
    expect(await tag()).to.include({ answer: 'no', because: 'the release was made of files that no commit has' });
    expect(await git(here(), 'tag', '--list', 'v*')).to.equal('');
  });

  it('is not taken for made where origin does not answer', async () => {
    await git(here(), 'remote', 'set-url', 'origin', 'https://user:canary-9@127.0.0.1:1/shop.git');
    const { message } = await rejection(tag({ push: 'origin' }), PlatformError);
    expect(message)
      .to.match(/^git ls-remote: /)
      .and.not.to.contain('canary-9');
  });

  it('fault 58: takes a commit for a name, whatever it holds', async () => {
    const canary = join(folder.path, 'canary');
    for (const sha of ['--force', '-d', `$(touch ${canary})`, 'main', 'v2.0.0;id', '../x', 'a\nb', '\u202Eabc']) {
      of(sha.slice(0, 64));
      expect((await tag({ push: 'origin' })).answer, sha).to.equal('unknown');
    }
    expect(await git(here(), 'tag', '--list', 'v*')).to.equal('');
  });

  describe('at GitHub', () => {
    const said = { push: 'origin', githubRelease: true };

    it('has a release with what the changelog says, made once', async () => {
      github.answers[`POST ${releases}`] = { status: 201, body: { html_url: page } };
      const { answer, evidence } = await tag(said);
      expect(answer).to.equal('yes');
      expect(evidence).to.include({ pushed: true, release: page });
      const [asked, made] = github.asked;
      expect(asked?.url).to.equal(`${releases}/tags/v2.0.0`);
      expect(made?.headers.authorization).to.equal('Bearer canary-8');
      const notes = { name: '2.0.0', body: '### Added\n\n- better', draft: false, prerelease: false };
      expect(JSON.parse(made?.body ?? '')).to.deep.equal({ tag_name: 'v2.0.0', ...notes });
      github.answers[`GET ${releases}/tags/v2.0.0`] = { body: { html_url: page } };
      expect((await tag(said)).answer).to.equal('yes');
      expect(github.asked.filter(({ method }) => method === 'POST')).to.have.lengthOf(1);
    });

    it('is called a pre-release where the version is one, and says nothing that no changelog says', async () => {
      of(first, '2.1.0-rc.1');
      github.answers[`POST ${releases}`] = { status: 201, body: { html_url: page } };
      await tag(said);
      expect(JSON.parse(github.asked[1]?.body ?? '')).to.include({ name: '2.1.0-rc.1', body: '', prerelease: true });
    });

    it('is not made by a token that may not write, and the tag is there all the same', async () => {
      github.answers[`POST ${releases}`] = { status: 403, body: { message: 'canary-8 may not' } };
      const { message } = await rejection(tag(said), PlatformError);
      expect(message).to.match(/releases answered 403$/);
      expect(await atOrigin('tag')).to.equal('v2.0.0');
    });

    it('is not asked where there is no tag', async () => {
      of(`${first}-dirty`);
      await tag(said);
      expect(github.asked).to.deep.equal([]);
    });
  });
});
