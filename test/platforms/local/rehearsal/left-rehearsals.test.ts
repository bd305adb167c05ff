import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { leftRehearsals, makeRehearsalFolder } from '../../../../platforms/local/rehearsal/left-rehearsals.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const run = 'local-20260101t100000z-abcdef';

describe('what killed rehearsals have left', () => {
  const folder = temporaryFolder();

  it('is told with its run and removed, and one that is at work is let alone', async () => {
    const working = await makeRehearsalFolder(folder.path, run);
    const dead = `${run}-999999999`;
    mkdirSync(join(folder.path, dead));
    writeFileSync(join(folder.path, dead, 'owner'), '999999999');
    const leftovers = leftRehearsals(folder.path);
    expect(
      (await leftovers.list()).map(({ name, madeBy, neededBecause }) => [name, madeBy, neededBecause]),
    ).to.deep.equal(
      [
        [basename(working), `a rehearsal of run ${run}`, `process ${process.pid} is at work on it`],
        [dead, `a rehearsal of run ${run}`, undefined],
      ].sort(),
    );
    const gone: string[] = [];
    await leftovers.sweep({ gone: (name) => gone.push(name), say: () => undefined });
    expect(gone).to.deep.equal([dead]);
    expect(existsSync(working)).to.equal(true);
  });
});
