import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { unfinishedBackups } from '../../../../platforms/local/backup/unfinished-backups.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

describe('backups that killed processes began to make or to delete', () => {
  const folder = temporaryFolder();

  it('are told and removed, and neither a whole one nor one that somebody is at work on', async () => {
    for (const name of ['whole', '.a.going', '.b.making-abcdef', '.c.making-abcdef', '.something'])
      mkdirSync(join(folder.path, name));
    writeFileSync(join(folder.path, '.b.making-abcdef', 'owner'), '999999999');
    writeFileSync(join(folder.path, '.b.making-abcdef', 'data'), 'x'.repeat(100));
    writeFileSync(join(folder.path, '.c.making-abcdef', 'owner'), String(process.pid));
    const leftovers = unfinishedBackups(folder.path);
    const told = (await leftovers.list()).map(({ madeBy, bytes, neededBecause }) => ({ madeBy, bytes, neededBecause }));
    expect(told).to.have.deep.members([
      { madeBy: 'the deletion of a', bytes: 0, neededBecause: undefined },
      { madeBy: 'the making of b', bytes: 109, neededBecause: undefined },
      {
        madeBy: 'the making of c',
        bytes: String(process.pid).length,
        neededBecause: `process ${process.pid} is at work on it`,
      },
    ]);
    const gone: string[] = [];
    await leftovers.sweep({ gone: (name) => gone.push(name), say: () => undefined });
    expect(gone).to.have.members(['.a.going', '.b.making-abcdef']);
    expect(readdirSync(folder.path)).to.have.members(['whole', '.c.making-abcdef', '.something']);
  });

  it('are none where no backup was ever taken', async () => {
    expect(await unfinishedBackups(join(folder.path, 'none')).list()).to.deep.equal([]);
  });
});
