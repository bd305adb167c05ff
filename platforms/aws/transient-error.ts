import { PlatformError } from '../../contract/errors.js';

/** Throttled, a server's fault, or no reply: the call may have been carried out, and asking again may help. */
export class TransientError extends PlatformError {}
