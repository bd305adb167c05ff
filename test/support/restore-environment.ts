/**
 * Makes the process's own variables what they were. Another object in place of `process.env` would not do: what Node asks
 * of the system itself, such as `tmpdir()`, and every later change of a variable, would no longer agree.
 */
export function restoreEnvironment(before: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
}
