/** Follows websocket frames (RFC 6455 5.2) only so far as to know when a stream stands between two of them. */
export class FrameTracker {
  private header: number[] = [];
  private payloadLeft = 0;

  get betweenFrames(): boolean {
    return this.header.length === 0 && this.payloadLeft === 0;
  }

  see(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.payloadLeft > 0) {
        const skipped = Math.min(this.payloadLeft, chunk.length - at);
        this.payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      this.header.push(chunk[at] ?? 0);
      at += 1;
      const length = payloadLength(this.header);
      if (length === undefined) continue;
      this.payloadLeft = length;
      this.header = [];
    }
  }
}

/** Undefined until the header is whole. */
function payloadLength(header: readonly number[]): number | undefined {
  const second = header[1];
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  if (header.length < 2 + extended + mask) return undefined;
  if (extended === 0) return short;
  return header.slice(2, 2 + extended).reduce((length, byte) => length * 256 + byte, 0);
}
