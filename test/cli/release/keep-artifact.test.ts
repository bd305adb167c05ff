import { expect } from 'chai';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepArtifact } from '../../../cli/release/keep-artifact.js';
import { ConfigurationError, IntegrityError } from '../../../contract/errors.js';
import { artifactDigest } from '../../../platforms/local/artifact-digest.js';
import { rejection } from '../../support/rejection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('keeping an artifact', () => {
  const folder = temporaryFolder();
  const artifacts = () => join(folder.path, 'store', 'artifacts');
  const source = () => join(folder.path, 'api');
  const keptAt = (digest: string, ...path: string[]) => join(artifacts(), digest.slice('sha256:'.length), ...path);

  beforeEach(async () => {
    await mkdir(join(source(), 'lib'), { recursive: true });
    await writeFile(join(source(), 'main.mjs'), 'console.log(1)');
    await writeFile(join(source(), 'lib', 'run.sh'), '#!/bin/sh');
    await chmod(join(source(), 'lib', 'run.sh'), 0o755);
    await symlink('lib/run.sh', join(source(), 'start'));
  });

  it('copies it to a folder that is named by its digest', async () => {
    const digest = await keepArtifact(artifacts(), source());
    expect(digest).to.equal(await artifactDigest(source()));
    expect(await artifactDigest(keptAt(digest))).to.equal(digest);
    expect(await readFile(keptAt(digest, 'start'), 'utf8')).to.equal('#!/bin/sh');
  });

  it('makes files read-only, programs still programs', async () => {
    const digest = await keepArtifact(artifacts(), source());
    expect((await stat(keptAt(digest, 'main.mjs'))).mode & 0o777).to.equal(0o400);
    expect((await stat(keptAt(digest, 'lib', 'run.sh'))).mode & 0o777).to.equal(0o500);
  });

  it('keeps the same once, whenever it was built', async () => {
    const digest = await keepArtifact(artifacts(), source());
    await utimes(join(source(), 'main.mjs'), 1, 1);
    expect(await keepArtifact(artifacts(), source())).to.equal(digest);
    expect(await readdir(artifacts())).to.deep.equal([digest.slice('sha256:'.length)]);
  });

  it('keeps the same once when two do it at the same time', async () => {
    const digests = await Promise.all([1, 2, 3].map(() => keepArtifact(artifacts(), source())));
    expect(new Set(digests).size).to.equal(1);
    expect(await readdir(artifacts())).to.have.length(1);
  });

  for (const [what, change] of [
    ['content', () => writeFile(join(source(), 'main.mjs'), 'console.log(2)')],
    ['mode', () => chmod(join(source(), 'main.mjs'), 0o755)],
    ['name', () => writeFile(join(source(), 'more.mjs'), '')],
  ] as const) {
    it(`gives another digest for another ${what}`, async () => {
      const digest = await keepArtifact(artifacts(), source());
      await change();
      expect(await keepArtifact(artifacts(), source())).to.not.equal(digest);
      expect(await readdir(artifacts())).to.have.length(2);
    });
  }

  it('fault 15: refuses to go on with a kept one that somebody changed', async () => {
    const digest = await keepArtifact(artifacts(), source());
    await chmod(keptAt(digest, 'main.mjs'), 0o600);
    await writeFile(keptAt(digest, 'main.mjs'), 'console.log("evil")');
    expect(await rejection(keepArtifact(artifacts(), source()))).to.be.instanceOf(IntegrityError);
  });

  for (const target of ['/etc/passwd', '../outside', 'lib/../../outside']) {
    it(`fault 66: refuses a link to ${target}`, async () => {
      await symlink(target, join(source(), 'lib', target.startsWith('/') ? 'absolute' : 'leaving'));
      await symlink(target, join(source(), 'leaving'));
      const error = await rejection(keepArtifact(artifacts(), source()));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain('outside of the artifact');
    });
  }

  it('refuses what is not there, no folder, or empty', async () => {
    await mkdir(join(folder.path, 'empty'));
    for (const [path, says] of [
      ['nowhere', 'is not there'],
      ['api/main.mjs', 'is no folder'],
      ['empty', 'is empty'],
    ] as const) {
      const error = await rejection(keepArtifact(artifacts(), join(folder.path, path)));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(says);
    }
    expect(await readdir(folder.path)).to.not.contain('store');
  });
});
