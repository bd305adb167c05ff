import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { settingsOf } from '../../../contract/settings.js';
import { localSecrets } from '../../../platforms/local/secret-values.js';
import { localOutputs, someServices } from '../../support/product.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('what the local platform knows to be secret', () => {
  const folder = temporaryFolder();

  const secretsOf = (database = true) => localSecretsOf(folder.path, database);
  const localSecretsOf = async (place: string, database = true) => {
    const outputs = localOutputs(someServices());
    if (outputs.platform !== 'local') throw new Error('the outputs of a local environment');
    const passwords = join(place, 'postgres');
    await mkdir(passwords, { recursive: true });
    await writeFile(join(passwords, 'app.password'), 'of-the-services\n');
    await writeFile(join(passwords, 'owner.password'), 'of-migrations\n');
    await writeFile(join(passwords, 'postgresql.conf'), 'no password');
    const at = { host: '127.0.0.1', port: 1, name: 'shop', user: 'app', passwordFile: join(passwords, 'app.password') };
    return localSecrets({ ...outputs, directory: place, database: database ? at : null });
  };
  const settings = (references: Record<string, string>) => {
    const entries = Object.entries(references).map(([name, reference]) => [name, { reference, version: '1' }] as const);
    return settingsOf({ values: {}, secrets: Object.fromEntries(entries) });
  };

  it('is every password of its database, and every configured secret as it is at the moment', async () => {
    await writeFile(join(folder.path, 'mail'), 'of-the-mail-server\n');
    const secrets = await secretsOf();
    const found = await secrets.values([
      settings({ MAIL: 'file:mail' }),
      settings({ HERE: 'env:PATH', MAIL: 'file:mail' }),
    ]);
    expect(found).to.have.members(['of-the-mail-server', process.env['PATH'], 'of-the-services', 'of-migrations']);
  });

  it('is nothing of what cannot be read, which stops nobody', async () => {
    const secrets = await secretsOf(false);
    expect(await secrets.values([settings({ A: 'file:missing', B: 'env:NOT_THERE', C: 'vault:x' })])).to.deep.equal([]);
    const beside = await localSecretsOf(join(folder.path, 'other'));
    expect(await beside.values([settings({ A: 'file:missing' })])).to.have.members([
      'of-the-services',
      'of-migrations',
    ]);
  });
});
