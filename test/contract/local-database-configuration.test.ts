import { expect } from 'chai';
import { localDatabaseConfigurationSchema } from '../../contract/local-database-configuration.js';

const branches = { create: ['neon'], restore: ['neon'], delete: ['neon'], list: ['neon'] };
const served = (backups: Record<string, unknown>) => ({ name: 'shop', url: 'env:SHOP_URL', backups });

describe('The configuration of a local database', () => {
  it('takes branches of a service that serves it, and says how long its commands may take', () => {
    const secrets = { NEON_API_KEY: 'env:NEON_API_KEY' };
    const parsed = localDatabaseConfigurationSchema.parse(
      served({ kind: 'branch', branches: { ...branches, secrets } }),
    );
    expect(parsed.backups?.branches).to.deep.equal({ ...branches, secrets, within: 600_000 });
    expect(parsed.backups?.keepReplaced).to.equal(14 * 86_400_000);
  });

  for (const [what, database, path, message] of [
    [
      'branches of a server of its own',
      { name: 'shop', backups: { kind: 'branch', branches } },
      'backups.kind',
      'copy or dump: only who serves a database by its url keeps branches of it',
    ],
    ['branches without commands', served({ kind: 'branch' }), 'backups.branches', 'for kind: branch, and only there'],
    [
      'commands without branches',
      served({ kind: 'dump', branches }),
      'backups.branches',
      'for kind: branch, and only there',
    ],
    [
      'an encrypted branch',
      served({ kind: 'branch', branches, encryptionKey: 'env:KEY' }),
      'backups.kind',
      'dump: a branch is neither encrypted here nor taken to a second place',
    ],
    [
      'a secret in plain',
      served({ kind: 'branch', branches: { ...branches, secrets: { KEY: 'sesame' } } }),
      'backups.branches.secrets.KEY',
      "file:PATH, relative to the environment's directory, or env:NAME",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { error } = localDatabaseConfigurationSchema.safeParse(database);
      expect(error?.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))).to.deep.include({
        path,
        message,
      });
    });
  }
});
