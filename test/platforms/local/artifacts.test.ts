import { expect } from 'chai';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactDigest } from '../../../platforms/local/artifact-digest.js';
import { localArtifacts } from '../../../platforms/local/artifacts.js';
import { writeArtifact } from '../../support/local-artifact.js';
import { slotInput } from '../../support/local-outputs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('artifactDigest', () => {
  const folder = temporaryFolder();

  async function digestWith(change: (place: string) => Promise<unknown>): Promise<string> {
    const place = join(folder.path, String(Math.random()));
    await mkdir(join(place, 'lib'), { recursive: true });
    await writeFile(join(place, 'lib', 'b.js'), 'b');
    await writeFile(join(place, 'a.js'), 'a', { mode: 0o644 });
    await change(place);
    return artifactDigest(place);
  }

  const same = () => Promise.resolve();

  it('is the same for the same files, wherever and whenever they were written', async () => {
    expect(await digestWith(same)).to.equal(await digestWith(same));
    expect(await digestWith((place) => mkdir(join(place, 'empty')))).to.equal(await digestWith(same));
    expect(await digestWith((place) => chmod(join(place, 'a.js'), 0o600))).to.equal(await digestWith(same));
  });

  it('is another one for other contents, names, places, links and what may be executed', async () => {
    const digests = await Promise.all([
      digestWith(same),
      digestWith((place) => writeFile(join(place, 'a.js'), 'A')),
      digestWith((place) => writeFile(join(place, 'c.js'), 'a')),
      digestWith((place) => rm(join(place, 'a.js'))),
      digestWith((place) => chmod(join(place, 'a.js'), 0o755)),
      digestWith((place) => symlink('a.js', join(place, 'c.js'))),
      digestWith((place) => symlink('lib/b.js', join(place, 'c.js'))),
    ]);
    expect(new Set(digests).size).to.equal(digests.length);
  });
});

describe('localArtifacts', () => {
  const folder = temporaryFolder();

  async function release(tamper: (artifact: string) => Promise<unknown> = () => Promise.resolve()) {
    const artifact = await writeArtifact(folder.path, { 'main.js': 'main' });
    await tamper(artifact.folder);
    const { release: manifest } = slotInput('1.0.0', ['api']);
    return { ...manifest, artifacts: { api: { digest: artifact.digest, reference: 'api' } } };
  }

  it('says yes when all are there and are what the manifest says', async () => {
    const verdict = await localArtifacts(folder.path).check(await release());
    expect(verdict).to.deep.include({ answer: 'yes', evidence: { count: 1 } });
  });

  it('says no when one was changed or is not there', async () => {
    const changed = await release((artifact) => writeFile(join(artifact, 'main.js'), 'other'));
    expect((await localArtifacts(folder.path).check(changed)).because).to.match(
      /^api: .* is sha256:\w+, not sha256:\w+$/,
    );
    const gone = await release((artifact) => rm(artifact, { recursive: true }));
    const verdict = await localArtifacts(folder.path).check(gone);
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.contain('is not there');
  });
});
