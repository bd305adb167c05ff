/** What a JSON Pointer leads to (RFC 6901); undefined where there is nothing. */
export function jsonAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof found !== 'object' || found === null) return undefined;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Object.hasOwn(found, key) ? (Reflect.get(found, key) as unknown) : undefined;
  }
  return found;
}
