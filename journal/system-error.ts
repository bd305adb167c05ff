import { StoreError } from '../contract/errors.js';

interface Advice {
  readonly says: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const inTheWay = {
  says: 'a file stands where the store has a folder',
  hint: 'move it away, or point `store` elsewhere',
  retryable: false,
};

const advice: Readonly<Record<string, Advice>> = {
  ENOSPC: {
    says: 'the disk is full',
    hint: 'free some space; what could not be recorded was not done',
    retryable: true,
  },
  EDQUOT: { says: 'the disk quota is used up', hint: 'free some space or raise the quota', retryable: true },
  EROFS: {
    says: 'the file system is read-only',
    hint: 'mount it writable, or point `store` elsewhere',
    retryable: false,
  },
  EACCES: {
    says: 'permission denied',
    hint: 'run as the user who owns the store, or change its owner',
    retryable: false,
  },
  EPERM: {
    says: 'not permitted',
    hint: 'the store needs a file system with hard links that belongs to this user',
    retryable: false,
  },
  ELOOP: {
    says: 'a symbolic link stands where the store has a file',
    hint: 'remove the link: a store holds real files only',
    retryable: false,
  },
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  EIO: { says: 'the disk does not answer', hint: 'look into the kernel log', retryable: true },
  ESTALE: { says: 'the network file system lost the file', hint: 'see whether its server is up', retryable: true },
  EMFILE: { says: 'too many open files', hint: 'raise the limit (ulimit -n)', retryable: true },
  ENFILE: { says: 'too many open files on this machine', hint: 'raise the limit', retryable: true },
  EBUSY: { says: 'the file is busy', hint: 'try again', retryable: true },
  ETIMEDOUT: { says: 'the file system does not answer', hint: 'see whether it is reachable', retryable: true },
};

/** The system's own code of an error, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** Does `work`; a failure of the system becomes a StoreError saying what an operator can do about it. */
export async function orStoreError<Result>(act: string, path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const known = advice[code];
    throw new StoreError(`cannot ${act} ${path}: ${known?.says ?? 'the system says no'} (${code})`, {
      cause: error,
      retryable: known?.retryable ?? false,
      ...(known === undefined ? {} : { hint: known.hint }),
    });
  }
}
