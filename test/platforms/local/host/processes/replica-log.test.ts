import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  lastLogLines,
  openReplicaLog,
  withoutSecrets,
} from '../../../../../platforms/local/host/processes/replica-log.js';
import { temporaryFolder } from '../../../../support/temporary-folder.js';

describe('openReplicaLog', () => {
  const folder = temporaryFolder();

  it('appends, and sets aside what had grown beyond the cap', async () => {
    const file = join(folder.path, 'logs', 'replica-1.log');
    for (const text of ['first\n', 'second\n', 'third\n']) {
      const log = await openReplicaLog(file, 10);
      await log.write(text);
      await log.close();
    }
    expect(await readFile(`${file}.1`, 'utf8')).to.equal('first\nsecond\n');
    expect(await readFile(file, 'utf8')).to.equal('third\n');
  });
});

describe('lastLogLines', () => {
  const folder = temporaryFolder();

  async function last(text: string, from = 0, count = 20): Promise<string[]> {
    const file = join(folder.path, 'log');
    await writeFile(file, text);
    return lastLogLines({ file, from, count, secrets: ['hush hush'] });
  }

  it('gives the last ones of this start, without secrets', async () => {
    expect(await last('before\none\ntwo hush hush\n\n', 7)).to.deep.equal(['one', 'two [redacted]']);
    expect(await last('a\nb\nc\n', 0, 2)).to.deep.equal(['b', 'c']);
    expect(await last('')).to.deep.equal([]);
    expect(await lastLogLines({ file: '/no/such/file', from: 0, count: 1, secrets: [] })).to.deep.equal([]);
  });

  it('reads no more than the end of a very long one', async () => {
    const lines = await last(`${'x'.repeat(500_000)}\nthe end\n`, 0, 5);
    expect(lines.at(-1)).to.equal('the end');
    expect(lines.join('').length).to.be.lessThan(70_000);
  });
});

describe('withoutSecrets', () => {
  const secret = 'p"ss/wörd+1';

  it('finds a secret also as JSON, in a URL, in base64 and in hex', () => {
    const forms = [
      secret,
      JSON.stringify({ secret }),
      `postgresql://app:${encodeURIComponent(secret)}@host`,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ];
    for (const form of forms)
      expect(withoutSecrets(form, [secret]), form)
        .to.contain('[redacted]')
        .and.not.contain('ss');
  });

  it('leaves nothing over where one secret is a part of another', () => {
    expect(withoutSecrets('key=abcdef', ['abc', 'abcdef'])).to.equal('key=[redacted]');
  });
});
