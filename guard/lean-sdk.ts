// Pulumi's SDK loads a TypeScript compiler and npm's Arborist into every program, for the few that turn a function into
// text, and its automation, for the few that run an engine; and it takes a stack trace of every promise that it makes, of
// which a graph of hundreds of resources makes fifteen thousand. Here all three are loaded when they are first asked for,
// and those traces are left out: production's program takes a third less time and a fifth less memory, and loads 274
// files of CommonJS instead of 378 (`npm run bench -- aws-program`).
// Imported for its effect, before the SDK. An SDK that is built otherwise is left as it is.
import Module, { createRequire } from 'node:module';

interface Loading {
  (this: unknown, request: string, parent?: { readonly filename?: string | null } | null, isMain?: boolean): unknown;
}

type Promising = (...args: readonly unknown[]) => unknown;

const SDK = /[\\/]@pulumi[\\/]pulumi[\\/]/;
/** What to load late, and which file of the SDK asks for it. */
const LATE: readonly (readonly [request: RegExp, parent: RegExp])[] = [
  [/^typescript$|[\\/]vendor[\\/]typescript@/, /[\\/]typescript-shim\.js$/],
  [/^(@npmcli\/arborist|fdir|normalize-package-data)$/, /[\\/]runtime[\\/]closure[\\/]codePaths\.js$/],
  [/^\.\/automation$/, /[\\/]@pulumi[\\/]pulumi[\\/]index\.js$/],
];
const DEBUGGABLE = /[\\/]debuggable(?:\.js)?$/;

const load = Reflect.get(Module, '_load') as Loading;
const quiet = new WeakSet<object>();

const hook: Loading = function (request, parent, isMain) {
  const from = parent?.filename ?? '';
  if (!SDK.test(from)) return load.call(this, request, parent, isMain);
  if (LATE.some(([wanted, asker]) => wanted.test(request) && asker.test(from))) {
    // Throws where there is none, as the SDK expects it to.
    createRequire(from).resolve(request);
    return late(() => load.call(this, request, parent, isMain));
  }
  const loaded = load.call(this, request, parent, isMain);
  if (DEBUGGABLE.test(request)) leaveTracesOut(loaded);
  return loaded;
};
Reflect.set(Module, '_load', hook);

/** Stands for a module until one of its members is read. */
function late(module: () => unknown): object {
  const members = (): object => module() as object;
  return new Proxy(
    {},
    {
      get: (_, key): unknown => {
        // A compiled importer would otherwise copy every member at once.
        if (key === '__esModule') return true;
        const loaded = members();
        return key === 'default' && !(key in loaded) ? loaded : Reflect.get(loaded, key);
      },
      has: (_, key) => key in members(),
    },
  );
}

/** Unless somebody looks for promises that never end: the traces are for them. */
function leaveTracesOut(debuggable: unknown): void {
  if (typeof debuggable !== 'object' || debuggable === null || quiet.has(debuggable)) return;
  const promising = Reflect.get(debuggable, 'debuggablePromise') as Promising | undefined;
  if (typeof promising !== 'function' || process.env['PULUMI_DEBUG_PROMISE_LEAKS'] !== undefined) return;
  quiet.add(debuggable);
  Reflect.set(debuggable, 'debuggablePromise', (...args: readonly unknown[]): unknown => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return promising(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  });
}
