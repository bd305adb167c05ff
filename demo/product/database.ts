import { Pool } from 'pg';
import { setting } from './setting.js';

/** A small pool: both slots and all replicas share the server's connections. */
export function openDatabase(connections: number): Pool {
  const pool = new Pool({
    connectionString: setting('DATABASE_URL'),
    max: connections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 5_000,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', (error) => process.stderr.write(`database connection lost: ${error.message}\n`));
  return pool;
}
