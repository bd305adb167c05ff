import { expect } from 'chai';
import { execa } from 'execa';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '../../journal/folder-store.js';
import { processLiveness, thisProcess } from '../../journal/process-identity.js';
import { storeAmongProcesses } from '../support/store-among-processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('journal and lease among real processes on one folder', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  storeAmongProcesses(() => {
    const path = join(folder.path, 'store');
    return { store: new FolderStore(path), opened: { folder: path } };
  });

  describe('fault 70: proof of death', () => {
    before(function () {
      if (process.platform !== 'linux') this.skip();
    });

    const holder = async (changes: object = {}) => ({
      run: 'r',
      by: 'ada',
      since: '2026-01-01T00:00:00Z',
      ...(await thisProcess()),
      ...changes,
    });

    it('is none for a process that runs', async () => {
      expect(await processLiveness(await holder())).to.equal('alive');
    });

    it('is there when no process has the number', async () => {
      const gone = await execa(process.execPath, ['-e', 'console.log(process.pid)']);
      expect(await processLiveness(await holder({ process: Number(gone.stdout) }))).to.equal('dead');
    });

    it('is there when another process has the number by now', async () => {
      const { started } = await thisProcess();
      const earlier = started?.replace(/\d+$/, '1');
      expect(await processLiveness(await holder({ started: earlier }))).to.equal('dead');
    });

    it('is never there for another machine, another boot, another container, or a record that says too little', async () => {
      const { started = '' } = await thisProcess();
      const { started: _omitted, ...without } = await holder({ process: 1 });
      for (const doubtful of [
        await holder({ host: `not-${hostname()}`, process: 999_999_999 }),
        await holder({ started: `another-boot/${started.split('/').slice(1).join('/')}`, process: 999_999_999 }),
        await holder({ started: started.replace(/pid:\[\d+\]/, 'pid:[1]'), process: 999_999_999 }),
        without,
      ]) {
        expect(await processLiveness(doubtful)).to.equal('unknown');
      }
    });
  });
});
