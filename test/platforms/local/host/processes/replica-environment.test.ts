import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsOf, type Settings } from '../../../../../contract/settings.js';
import { resolveReplicaEnvironment } from '../../../../../platforms/local/host/processes/replica-environment.js';
import { temporaryFolder } from '../../../../support/temporary-folder.js';

describe('resolveReplicaEnvironment', () => {
  const folder = temporaryFolder();
  const resolve = (
    parts: Partial<Settings>,
    database: Parameters<typeof resolveReplicaEnvironment>[0]['database'] = null,
  ) =>
    resolveReplicaEnvironment({
      settings: settingsOf({ values: {}, secrets: {}, ...parts }),
      directory: folder.path,
      database,
    });
  const secret = (reference: string) => ({ secrets: { TOKEN: { reference, version: '1' } } });

  it('holds the settings, and secrets from where they lie', async () => {
    await writeFile(join(folder.path, 'token'), 'from a file\n');
    process.env['CROSSFADE_TEST_TOKEN'] = 'from the environment';
    const file = await resolve({ values: { GREETING: 'hello' }, ...secret('file:token') });
    const variable = await resolve(secret('env:CROSSFADE_TEST_TOKEN'));
    delete process.env['CROSSFADE_TEST_TOKEN'];
    expect(file.variables).to.include({ GREETING: 'hello', TOKEN: 'from a file' });
    expect(file.secrets).to.deep.equal(['from a file']);
    expect(variable.variables).to.include({ TOKEN: 'from the environment' });
  });

  it('says which secret is not to be had, never what one is', async () => {
    for (const [reference, because] of [
      ['file:missing', "missing can't be read"],
      ['env:CROSSFADE_NO_SUCH', 'there is no environment variable CROSSFADE_NO_SUCH'],
      ['arn:aws:secretsmanager:x', 'a reference is file:PATH or env:NAME'],
    ] as const) {
      const error = await resolve(secret(reference)).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'platform');
      expect(String(error)).to.contain('secret TOKEN').and.contain(because);
    }
  });

  it('tells the database, unless the settings say otherwise', async () => {
    const passwordFile = join(folder.path, 'password');
    await writeFile(passwordFile, 'p@ss\n');
    const database = { host: '127.0.0.1', port: 5433, name: 'shop', user: 'app', passwordFile };
    const { variables, secrets } = await resolve({ values: { PGDATABASE: 'other' } }, database);
    expect(variables).to.include({
      PGHOST: '127.0.0.1',
      PGPORT: '5433',
      PGUSER: 'app',
      PGPASSWORD: 'p@ss',
      PGDATABASE: 'other',
      DATABASE_URL: 'postgresql://app:p%40ss@127.0.0.1:5433/shop',
    });
    expect(secrets).to.include('p@ss');
  });
});
