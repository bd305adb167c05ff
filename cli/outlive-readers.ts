/** A pager that was quit, a `head` that has seen enough; a terminal that is gone. */
const gone = new Set(['EPIPE', 'EIO']);

let outlives = false;

/**
 * Whoever reads along may go away, and a full disk may take no more lines: what can't be shown is lost, but nothing is
 * stopped half-way for it, since the journal has all of it. Where it was not the reader's doing, a command that went well
 * ends with 1 all the same. Once for a process is enough.
 */
export function outliveReaders(): void {
  if (outlives) return;
  outlives = true;
  let cut = false;
  const lose = (error: NodeJS.ErrnoException): void => {
    if (!gone.has(error.code ?? '')) cut = true;
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', lose);
  process.once('exit', () => {
    if (cut && (process.exitCode ?? 0) === 0) process.exitCode = 1;
  });
}
