/**
 * What failed first is what is told: a server that is gone, or whose disk is full, lets nothing be dropped either. What is
 * left so is dropped before the next one is made.
 */
export async function orDrop<Result>(act: () => Promise<Result>, drop: () => Promise<unknown>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    await drop().catch(() => undefined);
    throw error;
  }
}
