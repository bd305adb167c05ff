import { StoreError } from '../contract/errors.js';

/** What errors of the SDK's clients have in common. */
interface Failure extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

interface Advice {
  readonly says: string;
  readonly hint?: string;
  readonly retryable: boolean;
}

const busy: Advice = { says: 'S3 asks to slow down', hint: 'wait a moment, then try again', retryable: true };
const expired: Advice = {
  says: 'the credentials have expired',
  hint: 'sign in again; in CI, ask for a role session that lasts longer than the run',
  retryable: true,
};
const denied: Advice = {
  says: 'access denied',
  hint: 'the role lacks a permission on the store, on its key, or is of another account: docs/operations.md lists what a store in S3 needs',
  retryable: false,
};
const unknownCredentials: Advice = {
  says: 'these credentials are not valid',
  hint: 'see which profile or role is used, and whether its key still exists',
  retryable: false,
};
const elsewhere: Advice = {
  says: 'the bucket lies in another region',
  hint: "see the bucket's region, and `region` in the stack file",
  retryable: false,
};

const advice: Readonly<Record<string, Advice>> = {
  SlowDown: busy,
  Throttling: busy,
  ThrottlingException: busy,
  TooManyRequestsException: busy,
  RequestLimitExceeded: busy,
  ServiceUnavailable: busy,
  ConditionalRequestConflict: { ...busy, says: 'others write to the same place at the same moment' },
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  AccessDenied: denied,
  AccessDeniedException: denied,
  AllAccessDisabled: denied,
  InvalidAccessKeyId: unknownCredentials,
  InvalidToken: unknownCredentials,
  SignatureDoesNotMatch: unknownCredentials,
  CredentialsProviderError: {
    says: 'there are no credentials for AWS',
    hint: 'sign in, or name a profile in AWS_PROFILE; in CI, let the job take the release role',
    retryable: true,
  },
  TokenProviderError: expired,
  NoSuchBucket: {
    says: 'there is no such bucket',
    hint: 'make it first (docs/operations.md says how), or mend `store` in the stack file',
    retryable: false,
  },
  PermanentRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  RequestTimeTooSkewed: {
    says: "this machine's clock differs too much from AWS's",
    hint: 'set the clock',
    retryable: false,
  },
  NotImplemented: {
    says: 'it does not know what a store needs: conditional writes',
    hint: 'use AWS itself, or a service that honours If-None-Match and If-Match',
    retryable: false,
  },
  TimeoutError: { says: 'no answer in time', hint: 'see whether this machine reaches S3', retryable: true },
  AbortError: { says: 'no answer in time', hint: 'see whether this machine reaches S3', retryable: true },
};

/** Failures that go away with fresh credentials. */
export function isExpired(error: unknown): boolean {
  return error instanceof Error && advice[error.name] === expired;
}

/** S3 itself is throttling or has trouble: the same call may do in a moment. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, $metadata }: Failure = error;
  const status = $metadata?.httpStatusCode ?? 0;
  return advice[name] === busy || status === 429 || (status >= 500 && name !== 'NotImplemented');
}

/** Null for anything that neither S3, nor the network, nor the SDK's search for credentials has said. */
function adviceOn(failure: Failure): Advice | null {
  const known = advice[failure.name];
  if (known) return known;
  const status = failure.$metadata?.httpStatusCode;
  if (failure.name.startsWith('KMS.')) {
    return {
      says: `its key can't be used (${failure.name})`,
      hint: "see the KMS key's state and policy",
      retryable: false,
    };
  }
  if (failure.code !== undefined && /^E[A-Z_]+$/.test(failure.code)) {
    return {
      says: `S3 can't be reached (${failure.code})`,
      hint: 'see whether this machine reaches S3',
      retryable: true,
    };
  }
  if (status === undefined) return null;
  if (status === 503 || status === 429) return busy;
  if (status >= 500)
    return { says: 'S3 has trouble of its own', hint: 'wait a moment, then try again', retryable: true };
  return status === 403 ? denied : { says: `${failure.name}: ${failure.message}`, retryable: false };
}

/** What an operator can do about a failed call; anything else, a bug, comes back as it is. */
export function asStoreError(act: string, place: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const found = adviceOn(error);
  if (found === null) return error;
  const { says, hint, retryable } = found;
  return new StoreError(`cannot ${act} ${place}: ${says}`, {
    cause: error,
    retryable,
    ...(hint === undefined ? {} : { hint }),
  });
}
