/** A value of the environment that the platform starts this process in. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the setting ${name} is missing`);
  return value;
}
