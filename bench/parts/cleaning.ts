type CleanUp = () => Promise<void> | void;

/** Runs the measurement and then what was noted for cleaning up, newest first: also when it throws or is told to stop. */
export async function cleaning<Result>(
  measure: (later: (cleanUp: CleanUp) => void) => Promise<Result>,
): Promise<Result> {
  const cleanUps: CleanUp[] = [];
  let stop: (reason: Error) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const onSignal = (signal: string): void => stop(new Error(`stopped by ${signal}`));
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  try {
    return await Promise.race([measure((cleanUp) => cleanUps.push(cleanUp)), stopped]);
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}
