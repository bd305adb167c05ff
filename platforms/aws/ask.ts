import { PlatformError } from '../../contract/errors.js';
import { TransientError } from './transient-error.js';

/** What a client's own errors have in common. */
interface ServiceError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

interface Client {
  readonly config: {
    readonly credentials: (options?: { readonly forceRefresh?: boolean }) => Promise<unknown>;
    readonly logger?: { warn(line: string): void };
  };
}

/** Milliseconds, the SDK's own repetitions included. */
const answerWithin = 30_000;

const throttled = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const unreached = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND']);
const denied = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/**
 * One call to AWS. Throws TransientError when repeating it may help (credentials that expired are fetched anew before),
 * PlatformError when not. An abort is thrown as its reason.
 */
export async function ask<Answer>(
  what: string,
  client: Client,
  call: (options: { readonly abortSignal: AbortSignal }) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(answerWithin);
  try {
    return await call({ abortSignal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      throw new TransientError(`${what}: no answer within ${answerWithin / 1_000} s`, { cause: error });
    if (!(error instanceof Error)) throw error;
    const failure = error as ServiceError;
    if (expired.has(failure.name)) await fetchAnew(what, client);
    throw asPlatformError(what, failure);
  }
}

/** By the SDK's own chain; where that has nothing newer, the next try fails the same way until patience ends. */
async function fetchAnew(what: string, { config }: Client): Promise<void> {
  config.logger?.warn(`${what}: the credentials have expired; they are fetched anew`);
  await config.credentials({ forceRefresh: true }).catch((error: unknown) => {
    config.logger?.warn(`no newer credentials yet: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function asPlatformError(what: string, failure: ServiceError): PlatformError {
  // The SDK's messages name what was refused, never a secret's value; a request's body is not among them.
  const message = `${what}: ${failure.name}: ${failure.message}`;
  if (mayPass(failure)) return new TransientError(message, { cause: failure });
  if (denied.has(failure.name)) {
    return new PlatformError(message, {
      cause: failure,
      hint: `the role lacks this permission, or is of another account: docs/aws/roles.md says what ${what} needs; 'pulumi up' of the environment gives it to the release role`,
    });
  }
  return new PlatformError(message, { cause: failure });
}

function mayPass(failure: ServiceError): boolean {
  return (
    failure.$retryable !== undefined ||
    failure.$fault === 'server' ||
    (failure.$metadata?.httpStatusCode ?? 0) >= 500 ||
    throttled.has(failure.name) ||
    expired.has(failure.name) ||
    unreached.has(failure.code ?? '') ||
    failure.name === 'TimeoutError'
  );
}

/** The error that AWS itself gave, by name; undefined for any other. */
export function serviceErrorOf(error: unknown): string | undefined {
  return error instanceof PlatformError && error.cause instanceof Error ? error.cause.name : undefined;
}
