import { Agent } from 'node:http';
import type { Socket } from 'node:net';

const idleMilliseconds = 30_000;

/**
 * Kept-alive connections to one target. An idle one is given up well before the target says it would (its Keep-Alive
 * hint), so that a request is hardly ever sent into a connection that is just being closed.
 */
export class TargetConnections extends Agent {
  private idleFor = idleMilliseconds;
  private heard = false;

  constructor() {
    super({ keepAlive: true, maxFreeSockets: 512, timeout: idleMilliseconds });
  }

  /** Reads the target's hint off its first answer, such as `timeout=5`. */
  hear(rawHeaders: readonly string[]): void {
    if (this.heard) return;
    this.heard = true;
    const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'keep-alive');
    const hint = at < 0 ? undefined : /timeout=(\d+)/.exec(rawHeaders[at + 1] ?? '')?.[1];
    if (hint === undefined) return;
    const theirs = Number(hint) * 1_000;
    // 1 s early, or half-way where the target keeps connections for less than 2 s.
    this.idleFor = Math.min(idleMilliseconds, Math.max(theirs - 1_000, theirs / 2));
  }

  override keepSocketAlive(socket: Socket): boolean {
    if (this.idleFor <= 0) return false;
    socket.setKeepAlive(true, 1_000);
    socket.unref();
    if (socket.timeout !== this.idleFor) socket.setTimeout(this.idleFor);
    return true;
  }

  /** Lets idle connections go; those in use finish what they carry. */
  closeIdle(): void {
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}
