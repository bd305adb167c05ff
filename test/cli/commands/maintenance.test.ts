import { expect } from 'chai';
import { exitCodes } from '../../../contract/errors.js';
import { commandLine } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('crossfade maintenance on', () => {
  const folder = temporaryFolder();

  for (const wrong of ['soon', '0s', '25h']) {
    it(`takes no ${wrong} for a time after which it ends`, async () => {
      const words = ['maintenance', 'on', 'local', '--because', 'orders are garbled', '--for', wrong];
      const { exitCode, stderr } = await commandLine(folder.path, ...words);
      expect(stderr).to.contain(`--for ${wrong}: expected a duration such as 30m, at most 24h`);
      expect(exitCode).to.equal(exitCodes.usage);
    });
  }
});
