import type { Engine } from './engine.js';

/** Finds Pulumi only when it is needed: looking at traffic and moving it back must work on a machine without it. */
export function lazyEngine(open: () => Promise<Engine>): Omit<Engine, 'variables'> {
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => (opened ??= open());
  return {
    up: async (...options) => (await engine()).up(...options),
    destroy: async (...options) => (await engine()).destroy(...options),
    preview: async (...options) => (await engine()).preview(...options),
    ensureStack: async (...options) => (await engine()).ensureStack(...options),
    exportState: async (stack) => (await engine()).exportState(stack),
    outputs: async (stack) => (await engine()).outputs(stack),
  };
}
