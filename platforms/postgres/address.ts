import { ConfigurationError } from '../../contract/errors.js';

/** Where a PostgreSQL is and as whom; the password is asked for at the moment of use. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: () => Promise<string>;
  /** `verify` checks the server's certificate against the system's authorities; `encrypt` believes any. */
  readonly tls: 'off' | 'encrypt' | 'verify';
}

/** Reads postgresql://user:password@host:port/database?sslmode=…. Throws ConfigurationError, which never shows the URL. */
export function readPostgresUrl(text: string, where: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      `${where}: expected postgresql://user:password@host:port/database, found something else`,
    );
  }
  const password = decodeURIComponent(url.password);
  return {
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: () => Promise.resolve(password),
    tls: readTls(url.searchParams.get('sslmode'), where),
  };
}

/** With the password in it: for the environment of a child process, never for argv or a log. */
export async function postgresUrl(address: PostgresAddress): Promise<string> {
  const mode = { off: 'disable', encrypt: 'require', verify: 'verify-full' }[address.tls];
  const socket = address.host.startsWith('/');
  const url = new URL(`postgresql://${socket ? 'localhost' : address.host}:${address.port}/`);
  url.username = encodeURIComponent(address.user);
  url.password = encodeURIComponent(await address.password());
  url.pathname = `/${encodeURIComponent(address.database)}`;
  url.searchParams.set('sslmode', mode);
  if (socket) url.searchParams.set('host', address.host);
  return url.href;
}

function readTls(mode: string | null, where: string): PostgresAddress['tls'] {
  switch (mode) {
    case null:
    case 'disable':
      return 'off';
    case 'require':
      return 'encrypt';
    case 'verify-ca':
    case 'verify-full':
      return 'verify';
    default:
      throw new ConfigurationError(
        `${where}: expected sslmode disable, require or verify-full, found ${mode.slice(0, 20)}`,
      );
  }
}
