import { Client, DatabaseError } from 'pg';
import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { PostgresAddress } from './address.js';

export interface SessionOptions {
  /** Shown to others who look for what blocks them; at most 63 bytes. */
  readonly applicationName: string;
  readonly connectWithinMilliseconds?: number;
  /** 0: no limit. */
  readonly statementTimeoutMilliseconds?: number;
  readonly readOnly?: boolean;
}

/** One connection. Errors of the server come as pg's DatabaseError; a lost connection as PlatformError, and `lost` then says why. */
export interface Session {
  readonly pid: number;
  readonly lost: string | undefined;
  /** Any number of statements, no values; the results are not read. */
  run(sql: string): Promise<void>;
  /** One statement. Every row parsed. */
  rows<Row extends z.ZodType>(row: Row, sql: string, values?: readonly unknown[]): Promise<z.output<Row>[]>;
  /** First column of the first row as PostgreSQL writes it (a boolean is t or f), or null. One statement only, whatever the text says. */
  scalar(sql: string): Promise<string | null>;
  /** The same, but every row. */
  texts(sql: string): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

/** Throws PlatformError when the server can't be reached or refuses. */
export async function openSession(address: PostgresAddress, options: SessionOptions): Promise<Session> {
  const where = describeAddress(address);
  const client = new Client({
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password: await address.password(),
    ssl: address.tls === 'off' ? false : { rejectUnauthorized: address.tls === 'verify' },
    application_name: options.applicationName.slice(0, 63),
    connectionTimeoutMillis: options.connectWithinMilliseconds ?? 10_000,
    statement_timeout: options.statementTimeoutMilliseconds ?? 0,
    keepAlive: true,
    ...(options.readOnly === true ? { options: '-c default_transaction_read_only=on' } : {}),
  });
  let lost: string | undefined;
  client.on('error', (error) => (lost ??= error.message));
  client.on('end', () => (lost ??= 'the connection ended'));
  try {
    await client.connect();
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw new PlatformError(`${where} doesn't answer: ${describeFailure(cause)}`, { cause });
  }
  const told = async <Result>(question: Promise<Result>): Promise<Result> => {
    try {
      return await question;
    } catch (cause) {
      if (cause instanceof DatabaseError) throw cause;
      if (lost === undefined && !(cause instanceof Error && 'code' in cause)) throw cause;
      throw new PlatformError(`the connection to ${where} was lost: ${lost ?? describeFailure(cause)}`, { cause });
    }
  };
  const rows: Session['rows'] = async (row, sql, values = []) => {
    const result = await told(client.query<Record<string, unknown>>({ text: sql, values: [...values] }));
    return parse(z.array(row), result.rows, `an answer of ${where}`);
  };
  return {
    rows,
    get lost() {
      return lost;
    },
    pid: await backendPid(rows),
    run: async (sql) => {
      await told(client.query(sql));
    },
    scalar: async (sql) => (await told(textsOf(client, sql)))[0]?.[0] ?? null,
    texts: (sql) => told(textsOf(client, sql)),
    close: () => client.end().catch(() => undefined),
  };
}

/** SQLSTATE of a server's error, such as 55P03. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** For people; without the error's detail, which may show rows. */
export function describeFailure(error: unknown): string {
  if (error instanceof DatabaseError) return `${error.message} (${error.code ?? 'no code'})`;
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join('; ');
  return error instanceof Error ? error.message : String(error);
}

export function describeAddress(address: PostgresAddress): string {
  return `database ${address.database} on ${address.host}:${address.port}`;
}

async function backendPid(rows: Session['rows']): Promise<number> {
  const [row] = await rows(z.object({ pid: z.int() }), 'SELECT pg_backend_pid() AS pid');
  return row?.pid ?? 0;
}

async function textsOf(client: Client, sql: string): Promise<(string | null)[][]> {
  const question = {
    text: sql,
    values: [],
    rowMode: 'array' as const,
    // The extended protocol takes one statement: nothing can follow a COMMIT.
    queryMode: 'extended' as const,
    types: { getTypeParser: () => (value: string | null) => value },
  };
  const { rows } = await client.query<(string | null)[]>(question);
  return rows;
}
