import { expect } from 'chai';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { backendUrl, ensurePassphrase } from '../../../platforms/pulumi/backend.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('backendUrl', () => {
  it('is the same folder from wherever Pulumi is called', () => {
    expect(backendUrl('file://.crossfade/state', '/shop')).to.equal('file:///shop/.crossfade/state');
    expect(backendUrl('file://./state', '/shop')).to.equal('file:///shop/state');
    expect(backendUrl('file:///var/state', '/shop')).to.equal('file:///var/state');
    expect(backendUrl('file://~/state', '/shop')).to.equal(`file://${join(homedir(), 'state')}`);
    expect(backendUrl('s3://bucket?region=eu-central-1', '/shop')).to.equal('s3://bucket?region=eu-central-1');
  });
});

describe('ensurePassphrase', () => {
  const folder = temporaryFolder();

  it('makes one that is hard to guess and only ours to read, once', async () => {
    const file = await ensurePassphrase(join(folder.path, 'state'));
    const first = await readFile(file, 'utf8');
    expect(first.trim()).to.have.length(32);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    await ensurePassphrase(join(folder.path, 'state'));
    expect(await readFile(file, 'utf8')).to.equal(first);
  });
});
