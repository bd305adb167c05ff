import type { Message } from '../contract/outbox.js';
import { OperatorError, exitCodes } from '../contract/errors.js';

export interface Sent {
  /** Where it can be looked at, such as the address. */
  readonly reference?: string;
}

/** Somebody who is told. Takes the message or throws NotTakenError, within its time-out. */
export interface Receiver {
  /** `thread`: the reference that an earlier message about the same run was given. */
  send(message: Message, thread: string | undefined, signal: AbortSignal): Promise<Sent>;
}

/** The receiver has not taken a message. Says neither its address nor its secret: both may open a door. */
export class NotTakenError extends OperatorError {
  readonly code = 'not-taken';
  readonly exitCode = exitCodes.refused;
}
