export function withLock<T>(lock: string, say: (line: string) => unknown, act: () => Promise<T>): Promise<T>;
