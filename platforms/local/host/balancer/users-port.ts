import type { AddressInfo } from 'node:net';
import { PlatformError } from '../../../../contract/errors.js';
import { errnoOf } from '../errno.js';
import type { Crossing } from './crossing.js';
import { usersDoor } from './doors.js';
import { listen } from './listener.js';
import type { Listener } from './listener.js';

/** The port of 127.0.0.1 on which users come in. */
export class UsersPort {
  private current: Listener | undefined;
  private readonly former: Listener[] = [];
  private readonly crossing: Crossing;

  constructor(crossing: Crossing) {
    this.crossing = crossing;
  }

  /** Undefined while it listens nowhere. */
  get number(): number | undefined {
    return (this.current?.server.address() as AddressInfo | null | undefined)?.port;
  }

  /**
   * Listens on this port (0: one that the system chooses), then lets the former one go, so that a port that is taken
   * (PlatformError naming it) changes nothing. The move is undone when `keep` can't write it down.
   */
  async moveTo(port: number, keep: (chosen: number) => Promise<unknown>): Promise<number> {
    const next = await this.listen(port);
    const chosen = (next.server.address() as AddressInfo).port;
    try {
      await keep(chosen);
    } catch (error) {
      next.close();
      throw error;
    }
    if (this.current !== undefined) {
      this.current.leave();
      this.former.push(this.current);
    }
    this.current = next;
    return chosen;
  }

  leave(): void {
    this.current?.leave();
  }

  close(): void {
    for (const listener of [...this.former, ...(this.current === undefined ? [] : [this.current])]) listener.close();
  }

  private async listen(port: number): Promise<Listener> {
    try {
      return await listen(usersDoor(this.crossing), { host: '127.0.0.1', port });
    } catch (cause) {
      const taken = errnoOf(cause) === 'EADDRINUSE';
      throw new PlatformError(`the balancer can't listen on port ${port} of 127.0.0.1${taken ? ': it is taken' : ''}`, {
        cause,
        ...(taken ? { hint: 'stop what listens there, or choose another `port` (0 lets the system choose)' } : {}),
      });
    }
  }
}
