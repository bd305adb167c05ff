import { expect } from 'chai';
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { longestAsideName, makeAsideFolder, sweepAsideFolders } from '../../../../platforms/local/host/aside-folder.js';

describe('folders of servers beside the one that works', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it('go when the process that made them is gone, and no other', async () => {
    const ours = await makeAsideFolder(parent);
    const { pid } = await execa(process.execPath, ['-p', 'process.pid']).then(({ stdout }) => ({ pid: stdout }));
    for (const name of [`crossfade-aside-${pid}-abcdef`, 'crossfade-aside-abcdef', 'another'])
      mkdirSync(join(parent, name, 'socket'), { recursive: true });
    await sweepAsideFolders(parent);
    expect(readdirSync(parent).sort()).to.deep.equal(['another', 'crossfade-aside-abcdef', basename(ours)].sort());
    expect(basename(ours).length).to.be.at.most(longestAsideName.length);
  });
});
