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

  it('make a shell forget a variable that would stand in the way', async () => {
    const lines = exportLines({ PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: '/f' });
    const script = 'eval "$1"; printf %s "${PULUMI_CONFIG_PASSPHRASE-gone} $PULUMI_CONFIG_PASSPHRASE_FILE"';
    const env = { PULUMI_CONFIG_PASSPHRASE: 'of another project' };
    const { stdout } = await execa('sh', ['-c', script, 'sh', lines.join('\n')], { env });
    expect(stdout).to.equal('gone /f');
  });
});
