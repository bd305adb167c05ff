/** Exit codes of the command line, one table. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  rolledBack: 4,
  rollbackFailed: 5,
  leaseHeld: 6,
  parked: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface OperatorErrorOptions {
  /** What to type or look at next. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Something an operator can act on. Anything else that is thrown is a bug. */
export abstract class OperatorError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: OperatorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.name = new.target.name;
  }
}

/** The words of a command, a file or an answer don't fit their schema. */
export class ConfigurationError extends OperatorError {
  readonly code = 'configuration';
  readonly exitCode = exitCodes.usage;
}

/** Asked for, and refused before anything was changed. */
export class RefusedError extends OperatorError {
  readonly code = 'refused';
  readonly exitCode = exitCodes.refused;
}

/** Somebody else owns the environment's traffic now. */
export class LeaseHeldError extends OperatorError {
  readonly code = 'lease-held';
  readonly exitCode = exitCodes.leaseHeld;
}

/** This process has lost the lease: a higher token was seen. Nothing more may be changed by it. */
export class FencedError extends OperatorError {
  readonly code = 'fenced';
  readonly exitCode = exitCodes.leaseHeld;
}

/** The world is not as the plan expected it: weights moved, a release changed. */
export class DriftError extends OperatorError {
  readonly code = 'drift';
  readonly exitCode = exitCodes.refused;
}

/** A part of the platform did not answer or failed: a process, a balancer, a database, a cloud call. */
export class PlatformError extends OperatorError {
  readonly code = 'platform';
  readonly exitCode = exitCodes.refused;
  /** What the environment's stack has started is not there: a plain `pulumi up` of it starts it again. */
  readonly mendedByUp: boolean;

  constructor(message: string, options: OperatorErrorOptions & { readonly mendedByUp?: boolean } = {}) {
    super(message, options);
    this.mendedByUp = options.mendedByUp ?? false;
  }
}

/** Journal, lease or release could not be read or written. */
export class StoreError extends OperatorError {
  readonly code = 'store';
  readonly exitCode = exitCodes.refused;
  /** The same call may succeed a moment later: a disk may be freed, a network come back. */
  readonly retryable: boolean;

  constructor(message: string, options: OperatorErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.retryable = options.retryable ?? false;
  }
}

/** Pulumi's engine failed, is missing, or its state is locked or unreadable. */
export class EngineError extends OperatorError {
  readonly code = 'engine';
  readonly exitCode = exitCodes.refused;
}

/** A release, artifact or backup is not what its record says it is. */
export class IntegrityError extends OperatorError {
  readonly code = 'integrity';
  readonly exitCode = exitCodes.refused;
}
