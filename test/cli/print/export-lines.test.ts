import { expect } from 'chai';
import { execa } from 'execa';
import { exportLines } from '../../../cli/print/export-lines.js';

describe('export lines', () => {
  it('give a shell exactly the value, whatever is in it (fault 58)', async () => {
    const value = `a 'quoted' "$(touch /tmp/never)" \`id\` \\ ; $HOME\nsecond line`;
    const { stdout } = await execa('sh', [
      '-c',
      'eval "$1"; printf %s "$VALUE"',
      'sh',
      exportLines({ VALUE: value }).join('\n'),
    ]);
    expect(stdout).to.equal(value);
  });
});
