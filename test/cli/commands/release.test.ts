import { expect } from 'chai';
import { execa } from 'execa';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../../contract/json.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { readRelease } from '../../../journal/releases.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('crossfade release', () => {
  const folder = temporaryFolder();
  const crossfade = (...words: string[]) => commandLine(folder.path, 'release', ...words);
  const artifacts = ['--artifact', 'api=api', '--artifact', 'web=web'];
  const by = ['--commit', 'c0ffee', '--author', 'Ada'];
  const create = (version: string, ...more: string[]) =>
    crossfade('create', '--version', version, ...artifacts, ...by, ...more);
  const store = () => new FolderStore(join(folder.path, '.crossfade', 'store'));

  beforeEach(async () => {
    await writeProject(folder.path);
    for (const service of ['api', 'web']) {
      await mkdir(join(folder.path, service));
      await writeFile(join(folder.path, service, 'main.mjs'), `// ${service}`);
    }
  });

  it('records what a version consists of, and keeps the artifacts', async () => {
    const said = await create('1.0.0');
    expect(said).to.include({ exitCode: 0, stderr: '' });
    expect(said.stdout).to.contain('release 1.0.0 is made').and.to.contain('c0ffee by Ada');
    const release = await readRelease(store(), '1.0.0');
    expect(Object.keys(release.artifacts)).to.deep.equal(['api', 'web']);
    const kept = await readdir(join(folder.path, '.crossfade', 'store', 'artifacts'));
    expect(kept).to.have.members(Object.values(release.artifacts).map(({ digest }) => digest.slice(7)));
    expect(release.artifacts['api']?.reference).to.equal(`artifacts/${release.artifacts['api']?.digest.slice(7)}`);
  });

  it('does nothing when it is the same again, and refuses something else under the same version', async () => {
    await create('1.0.0');
    const again = await create('1.0.0');
    expect(again.exitCode).to.equal(0);
    expect(again.stdout).to.contain('was made before, of the very same');
    await writeFile(join(folder.path, 'api', 'main.mjs'), '// changed');
    const other = await create('1.0.0');
    expect(other.exitCode).to.equal(3);
    expect(other.stderr).to.contain('exists and has another artifacts').and.to.contain('give this one a new version');
  });

  it('reads migrations in the order of their numbers, and which of them contract', async () => {
    await mkdir(join(folder.path, 'sql'));
    await writeFile(join(folder.path, 'sql', '10_drop.sql'), '-- crossfade: contract\nALTER TABLE t DROP COLUMN c;\n');
    await writeFile(join(folder.path, 'sql', '9_add.sql'), 'ALTER TABLE t ADD COLUMN d int;\n');
    await writeFile(join(folder.path, 'sql', 'notes.txt'), 'not SQL');
    expect((await create('1.0.0', '--migrations', 'sql')).exitCode).to.equal(0);
    const { migrations } = await readRelease(store(), '1.0.0');
    expect(migrations.map(({ id, phase }) => [id, phase])).to.deep.equal([
      ['9_add.sql', 'expand'],
      ['10_drop.sql', 'contract'],
    ]);
    expect(migrations[0]?.checksum).to.equal(digestOf('ALTER TABLE t ADD COLUMN d int;\n'));
  });

  it('reads verifications, required settings, the one-off that migrates, and whether versions may mix', async () => {
    await writeFile(join(folder.path, 'checks.yaml'), '- { name: tables, sql: SELECT count(*) FROM t, equals: "1" }\n');
    const more = ['--verifications', 'checks.yaml', '--required-setting', 'TOKEN', '--no-mixed-versions'];
    expect((await create('1.0.0', ...more, '--migrate', 'api=["node","up.js"]')).exitCode).to.equal(0);
    expect(await readRelease(store(), '1.0.0')).to.deep.include({
      verifications: [{ name: 'tables', sql: 'SELECT count(*) FROM t', equals: '1' }],
      requiredSettings: ['TOKEN'],
      toleratesMixedVersions: false,
      migrate: { service: 'api', command: ['node', 'up.js'] },
    });
  });

  it('asks git for commit and author, and says when files were changed since', async () => {
    const git = (...words: string[]) =>
      execa('git', ['-C', folder.path, '-c', 'user.name=Grace', '-c', 'user.email=g@example.com', ...words]);
    await git('init', '-q');
    await git('add', 'Pulumi.yaml');
    await git('commit', '-q', '-m', 'begin');
    const { stdout: sha } = await git('rev-parse', 'HEAD');
    expect((await crossfade('create', '--version', '1.0.0', ...artifacts)).exitCode).to.equal(0);
    expect((await readRelease(store(), '1.0.0')).commit).to.deep.equal({ sha, author: 'Grace <g@example.com>' });
    await writeFile(join(folder.path, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\ndescription: changed\n');
    await crossfade('create', '--version', '1.0.1', ...artifacts);
    expect((await readRelease(store(), '1.0.1')).commit.sha).to.equal(`${sha}-dirty`);
  });

  const refused: Record<string, readonly [readonly string[], string]> = {
    'without a version': [['create', ...artifacts, ...by], '--version'],
    'with a version that is none': [
      ['create', '--version', 'v1', ...artifacts, ...by],
      '--version: (top level): expected a version such as 1.4.0',
    ],
    'without an artifact for every service': [
      ['create', '--version', '1.0.0', '--artifact', 'api=api', ...by],
      'no --artifact for web',
    ],
    'with an artifact of an unknown service': [
      ['create', '--version', '1.0.0', '--artifact', 'db=api', ...by],
      'there is no service db',
    ],
    'with two artifacts of a service': [
      ['create', '--version', '1.0.0', '--artifact', 'api=api', ...artifacts, ...by],
      'api has one already',
    ],
    'with a folder that is not there': [
      ['create', '--version', '1.0.0', '--artifact', 'api=nowhere', '--artifact', 'web=web', ...by],
      'nowhere is not there',
    ],
    'outside of a git repository, unless told': [
      ['create', '--version', '1.0.0', ...artifacts],
      'git does not say what is released',
    ],
    'with a shell in place of an argv': [
      ['create', '--version', '1.0.0', ...artifacts, ...by, '--migrate', 'api=node up.js'],
      '--migrate: (top level): expected array',
    ],
    'of hostile names': [['create', '--version', '1.0.0;id', ...artifacts, ...by], 'expected a version'],
  };
  for (const [how, [words, says]] of Object.entries(refused)) {
    it(`refuses to make one ${how}`, async () => {
      const said = await crossfade(...words);
      expect(said.exitCode).to.equal(2);
      expect(said.stderr).to.contain(says);
      expect(await store().list('releases')).to.deep.equal([]);
    });
  }

  it('refuses migrations whose order nobody can know', async () => {
    await mkdir(join(folder.path, 'sql'));
    await writeFile(join(folder.path, 'sql', '1_a.sql'), 'SELECT 1');
    await writeFile(join(folder.path, 'sql', '01_b.sql'), 'SELECT 1');
    expect((await create('1.0.0', '--migrations', 'sql')).stderr).to.contain('another file has the same number');
    await writeFile(join(folder.path, 'sql', 'later.sql'), 'SELECT 1');
    expect((await create('1.0.0', '--migrations', 'sql')).stderr).to.contain(
      'later.sql: expected a name such as 012_add_orders.sql',
    );
  });

  it('takes images by digest elsewhere, and never a tag', async () => {
    const digest = digestOf('image');
    const { readArtifacts } = await import('../../../cli/release/read-artifacts.js');
    const { rejection } = await import('../../support/rejection.js');
    const { someServices } = await import('../../support/product.js');
    const { api } = someServices();
    const place = { platform: 'aws' as const, services: { api: api! }, store: '/nowhere' };
    expect(await readArtifacts([`api=registry/shop@${digest}`], place)).to.deep.equal({
      api: { digest, reference: `registry/shop@${digest}` },
    });
    expect((await rejection(readArtifacts(['api=registry/shop:latest'], place))).message).to.contain(
      'an image with its digest',
    );
  });

  describe('list, show, quarantine and allow', () => {
    beforeEach(async () => {
      await create('1.0.0');
      await writeFile(join(folder.path, 'api', 'main.mjs'), '// second');
      await create('2.0.0');
    });

    it('list shows the newest first, and as data', async () => {
      const said = await crossfade('list');
      expect(said.stdout.split('\n').map((line) => line.split(' ')[0])).to.deep.equal(['2.0.0', '1.0.0', '']);
      const data = JSON.parse((await crossfade('list', '--json')).stdout) as { release: { version: string } }[];
      expect(data.map(({ release }) => release.version)).to.deep.equal(['1.0.0', '2.0.0']);
    });

    it('show says what a release consists of, or that there is none', async () => {
      expect((await crossfade('show', 'local', '2.0.0')).stdout)
        .to.contain('release 2.0.0')
        .and.to.contain('sha256:');
      const none = await crossfade('show', '9.9.9');
      expect(none).to.include({ exitCode: 3 });
      expect(none.stderr).to.contain('there is no release 9.9.9');
    });

    it('quarantine refuses only what the release brought, and allow takes it back; both stay on record', async () => {
      expect((await crossfade('quarantine', '2.0.0', '--because', 'loses orders')).stdout).to.contain(
        '1 of its digests',
      );
      const listed = (await crossfade('list')).stdout;
      expect(listed).to.match(/^2\.0\.0 .*QUARANTINED: loses orders/m);
      expect(listed).to.not.match(/^1\.0\.0 .*QUARANTINED/m);
      expect((await crossfade('allow', '2.0.0', '--because', 'found it')).stdout).to.contain('may be deployed again');
      expect((await crossfade('allow', '2.0.0', '--because', 'again')).stdout).to.contain(
        'nothing of 2.0.0 is quarantined',
      );
      expect((await crossfade('list')).stdout).to.not.contain('QUARANTINED');
      expect((await store().read('quarantine')).records.map(({ text }) => text).join()).to.contain('found it');
    });

    it('quarantine and allow want a reason', async () => {
      expect((await crossfade('quarantine', '2.0.0')).exitCode).to.equal(2);
      expect((await crossfade('allow', '2.0.0')).exitCode).to.equal(2);
    });
  });
});
