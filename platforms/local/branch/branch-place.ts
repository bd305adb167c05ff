import type { PostgresAddress } from '../../postgres/address.js';
import { readPostgresUrl } from '../../postgres/address.js';
import type { PostgresRole } from '../host/postgres-roles.js';
import type { Branch, Branches } from './branch-commands.js';

/** Where branches are noted, who makes them, and whose they are. */
export interface BranchPlace {
  /** Folder, one below it for each branch that is a backup. */
  readonly folder: string;
  readonly branches: Branches;
  readonly environment: string;
  /** Of the database in use. */
  address(role: PostgresRole): Promise<PostgresAddress>;
}

/** Where a branch is reached; what it doesn't tell is as with the database in use. */
export async function branchAddress(place: BranchPlace, branch: Branch, role: PostgresRole): Promise<PostgresAddress> {
  const { urls, host, port, database } = branch;
  const whole = { app: urls?.app, owner: urls?.owner, superuser: urls?.owner, reader: urls?.reader ?? urls?.owner }[
    role
  ];
  if (whole !== undefined) return readPostgresUrl(whole, `the URL of branch ${branch.name}`);
  return {
    ...(await place.address(role)),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(database === undefined ? {} : { database }),
  };
}
