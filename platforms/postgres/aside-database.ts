import { createHash } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { PostgresAddress } from './address.js';
import { asidePrefix, dropDatabase, lockOf, noting, sweepDatabases } from './left-databases.js';
import { describeFailure, openSession, sqlStateOf, type Session } from './session.js';

/** A database of ours beside the one that works, for as long as this process holds it. */
export interface AsideDatabase {
  readonly address: PostgresAddress;
  /** Drops it. Idempotent. */
  remove(): Promise<void>;
}

export interface AsideDatabaseOptions {
  /** What it is made for, as a part of its name. */
  readonly purpose: string;
  /** For people: a check, a rehearsal. */
  readonly madeBy: string;
  /** Of which database it is a copy; left out: it is empty. */
  readonly template?: string;
  /** Beside which database it is, where the address isn't that one's. */
  readonly of?: string;
}

/**
 * Creates an empty database on the same server, or a copy of `template`, to which nobody may be connected. Those that a
 * killed process has left are dropped first: whoever uses one holds an advisory lock of its name. Throws PlatformError
 * where the role may not create databases, the disk is full, or the server is gone.
 */
export async function openAsideDatabase(
  address: PostgresAddress,
  { purpose, madeBy, template, of = address.database }: AsideDatabaseOptions,
): Promise<AsideDatabase> {
  const session = await openMaintenance(address, `crossfade ${purpose}`);
  const name = `${asidePrefix}${purpose}_${createHash('sha256').update(`${process.pid} ${Date.now()} ${Math.random()}`).digest('hex').slice(0, 16)}`;
  try {
    await sweepDatabases(session);
    await lockOf(session, name);
    await createDatabase(session, name, template ?? 'template0', address);
    await session.run(noting(name, { of, madeBy, at: new Date().toISOString() }));
  } catch (error) {
    await session.close();
    throw error;
  }
  let gone: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    try {
      const dropping = session.lost === undefined ? session : await openMaintenance(address, `crossfade ${purpose}`);
      await dropDatabase(dropping, name);
      await dropping.close();
    } finally {
      await session.close();
    }
  };
  return { address: { ...address, database: name }, remove: () => (gone ??= remove()) };
}

/** On the server's own database, so that the one that works can be renamed, copied and dropped. */
export async function openMaintenance(address: PostgresAddress, applicationName: string): Promise<Session> {
  return openSession({ ...address, database: 'postgres' }, { applicationName });
}

/** Belongs to whoever owns the address's database. Throws RefusedError for a name that exists, PlatformError for everything else that the server says no to. */
export async function createDatabase(
  session: Session,
  name: string,
  template: string,
  { host, port, database }: Pick<PostgresAddress, 'host' | 'port' | 'database'>,
): Promise<void> {
  try {
    await session.run(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(template)}`);
    await giveTo(session, name, database);
  } catch (cause) {
    const state = sqlStateOf(cause);
    if (state === '42P04') {
      throw new RefusedError(`there is a database ${name} on ${host}:${port} already`, {
        cause,
        hint: 'it is left as it is: drop it, or take another name',
      });
    }
    if (state === undefined) throw cause;
    throw new PlatformError(`no database could be created on ${host}:${port}: ${describeFailure(cause)}`, {
      cause,
      ...hintOf(state),
    });
  }
}

/** To whoever owns the database that works, who may then do the same in it. */
async function giveTo(session: Session, name: string, like: string): Promise<void> {
  const [row] = await session.rows(
    z.object({ owner: z.string(), self: z.boolean() }),
    'SELECT pg_get_userbyid(datdba) AS owner, pg_get_userbyid(datdba) = current_user AS self FROM pg_database WHERE datname = $1',
    [like],
  );
  if (row === undefined || row.self) return;
  await session.run(`ALTER DATABASE ${escapeIdentifier(name)} OWNER TO ${escapeIdentifier(row.owner)}`);
}

function hintOf(state: string): { readonly hint?: string } {
  if (state === '42501') return { hint: 'give its role the right: ALTER ROLE … CREATEDB' };
  if (state === '53100') return { hint: "make room on the server's disk" };
  if (state === '55006') return { hint: 'somebody is connected to the database that is to be copied' };
  return {};
}
