import { expect } from 'chai';
import { ConfigurationError } from '../../../contract/errors.js';
import { postgresUrl, readPostgresUrl } from '../../../platforms/postgres/address.js';
import { failure } from './embedded.js';

describe('a PostgreSQL URL', () => {
  it('is read, with what is escaped in it', async () => {
    const address = readPostgresUrl(
      'postgres://app%40shop:p%2F%3A%20w@db.example:6543/my%20shop?sslmode=require',
      'DATABASE_URL',
    );
    expect(address).to.include({
      host: 'db.example',
      port: 6543,
      database: 'my shop',
      user: 'app@shop',
      tls: 'encrypt',
    });
    expect(await address.password()).to.equal('p/: w');
  });

  it('has a port and no TLS by default, and may name a socket folder', () => {
    expect(readPostgresUrl('postgresql://a:b@h/d', 'x')).to.include({ port: 5432, tls: 'off' });
    expect(readPostgresUrl('postgresql://a:b@localhost/d?host=/run/postgresql', 'x')).to.include({
      host: '/run/postgresql',
    });
  });

  for (const host of ['db.example', '/run/some where']) {
    it(`comes back the same after it was written (${host})`, async () => {
      const address = {
        host,
        port: 5433,
        database: 'a/b c',
        user: 'ü:@',
        password: () => Promise.resolve('%p:/@?#'),
        tls: 'verify' as const,
      };
      const again = readPostgresUrl(await postgresUrl(address), 'x');
      expect({ ...again, password: await again.password() }).to.deep.equal({ ...address, password: '%p:/@?#' });
    });
  }

  for (const [what, url] of Object.entries({
    'another scheme': 'mysql://a:topsecret@h/d',
    'no URL': 'topsecret',
    'an unknown TLS mode': 'postgresql://a:topsecret@h/d?sslmode=perhaps',
  })) {
    it(`is refused without being shown: ${what}`, async () => {
      const refused = await failure(Promise.resolve().then(() => readPostgresUrl(url, 'DATABASE_URL')));
      expect(refused).to.be.instanceOf(ConfigurationError);
      expect(refused.message)
        .to.match(/^DATABASE_URL: expected /)
        .and.not.include('topsecret');
    });
  }
});
