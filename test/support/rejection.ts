/** The error that a promise rejects with; fails when it resolves, or rejects with one of another class. */
export async function rejection<Expected extends Error = Error>(
  promise: Promise<unknown>,
  expected?: abstract new (...parts: never[]) => Expected,
): Promise<Expected> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof (expected ?? Error)) return error as Expected;
    throw error;
  }
  throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
}
