import { expect } from 'chai';
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { longestAsideName, makeAsideFolder, sweepAsideFolders } from '../../../../platforms/local/host/aside-folder.js';
import { asideLeftovers } from '../../../../platforms/local/host/aside-leftovers.js';

describe('folders of servers beside the one that works', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });
  /** As a killed process leaves it. */
  const leave = async (folder: string, letters: string, note?: object): Promise<string> => {
    const { stdout } = await execa(process.execPath, ['-p', 'process.pid']);
    const name = `crossfade-aside-${stdout}-${letters}`;
    mkdirSync(join(folder, name, 'socket'), { recursive: true });
    if (note) writeFileSync(join(folder, name, 'made-by.json'), JSON.stringify(note));
    return name;
  };

  it('go when the process that made them is gone, and no other', async () => {
    const ours = await makeAsideFolder(parent, { of: parent, madeBy: 'a test' });
    const dead = await leave(parent, 'abcdef');
    for (const name of ['crossfade-aside-abcdef', 'another']) mkdirSync(join(parent, name));
    expect(await sweepAsideFolders(parent)).to.deep.equal([dead]);
    expect(readdirSync(parent).sort()).to.deep.equal(['another', 'crossfade-aside-abcdef', basename(ours)].sort());
    expect(basename(ours).length).to.be.at.most(longestAsideName.length);
  });

  it('are told with what made them, and those of other environments in the same folder are let alone', async () => {
    const [backups, shared] = [join(parent, 'backups'), join(parent, 'shared')];
    for (const folder of [backups, shared]) mkdirSync(folder);
    const mine = basename(await makeAsideFolder(shared, { of: backups, madeBy: 'a check of before-1' }));
    const dead = await leave(shared, 'aaaaaa', { of: backups, madeBy: 'a rehearsal on before-1' });
    const older = await leave(backups, 'bbbbbb');
    const theirs = await leave(shared, 'cccccc', { of: '/elsewhere/backups', madeBy: 'a check' });
    const unknown = await leave(shared, 'dddddd');
    const leftovers = asideLeftovers(backups, () => shared);
    const list = await leftovers.list();
    expect(list.map(({ name, madeBy, neededBecause }) => ({ name, madeBy, neededBecause }))).to.have.deep.members([
      { name: mine, madeBy: 'a check of before-1', neededBecause: `process ${process.pid} is at work on it` },
      { name: dead, madeBy: 'a rehearsal on before-1', neededBecause: undefined },
      { name: older, madeBy: 'a process of which nothing is noted', neededBecause: undefined },
    ]);
    for (const { since } of list) expect(Date.parse(since ?? '')).to.be.closeTo(Date.now(), 60_000);
    const gone: string[] = [];
    await leftovers.sweep({ gone: (name) => gone.push(name), say: () => undefined });
    expect(gone).to.have.members([dead, older]);
    expect([...readdirSync(backups), ...readdirSync(shared)]).to.have.members([mine, theirs, unknown]);
  });
});
