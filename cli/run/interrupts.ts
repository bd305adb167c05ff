/** Ctrl-C and SIGTERM, turned into one signal. Repeating them changes nothing: CI sends INT, TERM and KILL in a row. */
export function interrupts(say: (line: string) => void): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) say(`${name}: stopping at the next safe point`);
    controller.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
