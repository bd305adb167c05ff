import { expect } from 'chai';
import { backupsOfSlots } from '../../../platforms/local/backups-of-slots.js';
import { writeSlotRecord } from '../../../platforms/local/slot-record.js';
import { someRelease, someSettings } from '../../support/product.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('backups that standing slots need', () => {
  const folder = temporaryFolder();

  it('are those from before the runs that put there what stands', async () => {
    expect(await backupsOfSlots(folder.path)).to.deep.equal([]);
    const input = { release: someRelease('1.0.0'), settings: someSettings(), replicas: {} };
    await writeSlotRecord(folder.path, 'blue', { ...input, run: 'run-1' });
    await writeSlotRecord(folder.path, 'green', { ...input, run: 'run-7' });
    expect(await backupsOfSlots(folder.path)).to.deep.equal([
      { name: 'before-run-1', because: 'blue stands since run run-1, which took it' },
      { name: 'before-run-7', because: 'green stands since run run-7, which took it' },
    ]);
  });
});
