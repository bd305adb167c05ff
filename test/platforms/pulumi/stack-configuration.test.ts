import { expect } from 'chai';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStackConfiguration } from '../../../platforms/pulumi/stack-configuration.js';
import { slotInput } from '../../support/local-outputs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('writeStackConfiguration', () => {
  const folder = temporaryFolder();

  async function written(stackFile: string | undefined): Promise<unknown> {
    if (stackFile !== undefined) await writeFile(join(folder.path, 'Pulumi.local.yaml'), stackFile);
    const configuration = await writeStackConfiguration({ root: folder.path, stack: 'local', input: undefined });
    const content: unknown = JSON.parse(await readFile(configuration.file, 'utf8'));
    await configuration.remove();
    return content;
  }

  it("holds a run's input in a file that only we can read and that goes afterwards", async () => {
    const input = slotInput('1.0.0', ['api']);
    const configuration = await writeStackConfiguration({ root: folder.path, stack: 'local-blue', input });
    expect(JSON.parse(await readFile(configuration.file, 'utf8'))).to.deep.equal({
      config: { 'crossfade:run': input },
    });
    expect((await stat(configuration.file)).mode & 0o777).to.equal(0o600);
    await configuration.remove();
    expect(await access(configuration.file).catch((error: unknown) => error)).to.have.property('code', 'ENOENT');
  });

  it("holds what the stack's own file says otherwise, nothing where there is none", async () => {
    expect(await written(undefined)).to.deep.equal({});
    expect(await written('config:\n  crossfade:environment:\n    port: 1\n')).to.deep.equal({
      config: { 'crossfade:environment': { port: 1 } },
    });
  });

  it('leaves out a salt that protects nothing, and keeps one that secrets need', async () => {
    const salt = 'encryptionsalt: v1:abc\n';
    expect(await written(`${salt}config:\n  a:b: c\n`)).to.deep.equal({ config: { 'a:b': 'c' } });
    expect(await written(`${salt}config:\n  a:b:\n    secure: v1:xyz\n`)).to.have.property('encryptionsalt', 'v1:abc');
  });
});
