import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { digestOf } from '../../../contract/json.js';
import { releaseSchema, type Release } from '../../../contract/release.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { serverFolder } from '../../../platforms/local/host/postgres-files.js';
import { postgresRoles, readPassword, type PostgresRole } from '../../../platforms/local/host/postgres-roles.js';
import { removeServer, startServer } from '../../../platforms/local/host/postgres-server.js';
import type { PostgresAddress } from '../../../platforms/postgres/address.js';

/** A real server of its own for one test file. */
export interface Embedded {
  readonly directory: string;
  readonly port: number;
  address(role: PostgresRole, database?: string): PostgresAddress;
  /** A connection that `closeClients` and `stop` close. */
  client(role: PostgresRole, name?: string): Promise<Client>;
  query(role: PostgresRole, sql: string, values?: unknown[]): Promise<QueryResult<Record<string, unknown>>>;
  /** Closes what `client` opened: call it after each test, so that no transaction outlives it. */
  closeClients(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** In a new folder, or in this empty one, which goes with it. */
export async function startEmbedded(folder?: string): Promise<Embedded> {
  const directory = folder ?? (await mkdtemp(join(tmpdir(), 'crossfade-test-')));
  const { port } = await startServer({ directory, database: 'shop' });
  const clients: Client[] = [];
  const closeClients = async () => {
    for (const opened of clients.splice(0)) await opened.end().catch(() => undefined);
  };
  const address: Embedded['address'] = (role, database = 'shop') => ({
    host: '127.0.0.1',
    port,
    database,
    user: postgresRoles[role],
    password: () => Promise.resolve(readPassword(serverFolder(directory), role)),
    tls: 'off',
  });
  const client: Embedded['client'] = async (role, name = 'test') => {
    const { host, database, user, password } = address(role);
    const opened = new Client({ host, port, database, user, password: await password(), application_name: name });
    // The server may be killed under it: that is what these tests do.
    opened.on('error', () => undefined);
    clients.push(opened);
    await opened.connect();
    return opened;
  };
  return {
    directory,
    port,
    address,
    client,
    query: async (role, sql, values) => {
      const opened = await client(role);
      try {
        return await opened.query<Record<string, unknown>>(sql, values);
      } finally {
        await opened.end();
      }
    },
    restart: async () => {
      await startServer({ directory, database: 'shop' });
    },
    closeClients,
    stop: async () => {
      await closeClients();
      await removeServer({ directory });
      await rm(directory, { recursive: true });
    },
  };
}

/** A release whose migrations are these files; `contract:` before an id makes it one that removes. */
export function releaseOf(files: Readonly<Record<string, string>>, version = '2.0.0'): Release {
  return releaseSchema.parse({
    format: 1,
    version,
    commit: { sha: 'abc', author: 'somebody' },
    createdAt: '2026-01-01T00:00:00Z',
    artifacts: {},
    migrations: Object.entries(files).map(([name, sql]) => ({
      id: name.replace('contract:', ''),
      checksum: digestOf(sql),
      phase: name.startsWith('contract:') ? 'contract' : 'expand',
      sql,
    })),
  });
}

export interface Listening extends Work {
  readonly said: string[];
  abort(reason: Error): void;
}

export function work(): Listening {
  const controller = new AbortController();
  const said: string[] = [];
  return {
    signal: controller.signal,
    said,
    say: (line) => said.push(line),
    abort: (reason) => controller.abort(reason),
  };
}

/** The error that it must throw. */
export async function failure(act: Promise<unknown>): Promise<Error & { hint?: string }> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('expected a failure, but it succeeded');
}

/** Waits until it holds, at most 30 s. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not come true within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
