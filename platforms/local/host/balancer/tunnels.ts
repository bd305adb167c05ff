import type { Duplex } from 'node:stream';
import type { Colour } from '../../../../contract/colour.js';
import { FrameTracker } from './frame-tracker.js';
import type { Answer } from './protocol.js';

/** Close frames with code 1001, going away: to a client, and (masked with zeros, as a client must mask) to a slot. */
const goingAwayToClient = Buffer.from([0x88, 0x02, 0x03, 0xe9]);
const goingAwayToSlot = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);
const farewellMilliseconds = 1_000;

export interface Tunnel {
  readonly colour: Colour;
  readonly client: Duplex;
  readonly slot: Duplex;
}

interface OpenTunnel extends Tunnel {
  readonly toClient: FrameTracker;
  readonly toSlot: FrameTracker;
}

/** Upgraded connections: bytes go both ways until either side ends. */
export class Tunnels {
  private readonly open = new Set<OpenTunnel>();

  join(tunnel: Tunnel): void {
    const { client, slot } = tunnel;
    const opened: OpenTunnel = { ...tunnel, toClient: new FrameTracker(), toSlot: new FrameTracker() };
    this.open.add(opened);
    slot.on('data', (chunk: Buffer) => opened.toClient.see(chunk));
    client.on('data', (chunk: Buffer) => opened.toSlot.see(chunk));
    const end = (): void => {
      if (!this.open.delete(opened)) return;
      finish(client);
      finish(slot);
    };
    for (const side of [client, slot]) {
      side.on('error', end);
      side.on('close', end);
    }
    slot.pipe(client);
    client.pipe(slot);
    if (client.destroyed || slot.destroyed) end();
  }

  /** Ends those of a slot (all when left out): with code 1001 where they stand between two frames, else by a reset. */
  hangUp(colour?: Colour): Answer<'hangUp'> {
    const counts = { closed: 0, reset: 0 };
    for (const tunnel of this.open) {
      if (colour !== undefined && tunnel.colour !== colour) continue;
      if (tunnel.toClient.betweenFrames) {
        counts.closed += 1;
        this.sayGoodbye(tunnel);
      } else {
        counts.reset += 1;
        tunnel.client.destroy();
      }
    }
    return counts;
  }

  private sayGoodbye({ client, slot, toSlot }: OpenTunnel): void {
    slot.unpipe(client);
    client.unpipe(slot);
    // What still comes is read and dropped, so that both sides can end in peace.
    slot.resume();
    client.resume();
    client.end(goingAwayToClient);
    if (toSlot.betweenFrames) slot.end(goingAwayToSlot);
    else slot.destroy();
    setTimeout(() => client.destroy(), farewellMilliseconds).unref();
  }
}

/** Lets what is still to be written reach a side that reads, and doesn't wait for one that does not. */
function finish(side: Duplex): void {
  side.end(() => side.destroy());
  setTimeout(() => side.destroy(), farewellMilliseconds).unref();
}
