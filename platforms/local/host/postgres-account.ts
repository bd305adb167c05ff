import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { PlatformError } from '../../../contract/errors.js';

/** Who PostgreSQL runs as. PostgreSQL refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Undefined: the caller's own account will do. As root: the first that exists of postgres, _postgres and nobody. */
export function unprivilegedAccount(passwd = '/etc/passwd'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync(passwd, 'utf8').split('\n');
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (uid > 0 && gid > 0) return { name, uid, gid };
  }
  throw new PlatformError("PostgreSQL doesn't run as root, and there is no account postgres or nobody to run it as", {
    hint: 'run as an ordinary user, or add one: useradd --system postgres',
  });
}

/** Whether the account can walk to this existing path: each folder above must let it through. */
export function canReach(path: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  const { mode, uid, gid } = statSync(path);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  const above = dirname(path);
  return (mode & bit) !== 0 && (above === path || canReach(above, account));
}

/** A folder for temporary folders that the account can walk through. */
export function reachableTemporaryFolder(account: Account | undefined): string {
  const found = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => exists(folder) && canReach(folder, account));
  if (found !== undefined) return found;
  throw new PlatformError(`no folder that account ${account?.name ?? ''} can reach for PostgreSQL's data`, {
    hint: 'set TMPDIR to a folder that others may enter',
  });
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
