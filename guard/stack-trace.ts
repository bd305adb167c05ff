// Node 20.19.6 to 20.20.2 and 22.23.3 never return from util.inspect(error, { colors: true }) when a stack frame ends in
// node_modules/@scope/file with no further slash (nodejs/node#64011). Pulumi's source maps name such files, and its
// runner inspects every failure with colours: a program that throws would hang for ever instead of saying why.
// Imported for its effect, before anything else, by the Pulumi program.

type PrepareStackTrace = NonNullable<typeof Error.prepareStackTrace>;

const FRAME_THAT_HANGS = /(node_modules[\\/]@[^\\/\n]+[\\/])(?=[^\\/\n]*$)/gm;

const originals = new WeakMap<PrepareStackTrace, PrepareStackTrace>();
const guards = new WeakMap<PrepareStackTrace, PrepareStackTrace>();

function guarded(original: PrepareStackTrace): PrepareStackTrace {
  const known = guards.get(original);
  if (known !== undefined) return known;
  const guard: PrepareStackTrace = (error, frames) => {
    const stack: unknown = original(error, frames);
    return typeof stack === 'string' ? stack.replace(FRAME_THAT_HANGS, '$1./') : stack;
  };
  guards.set(original, guard);
  originals.set(guard, original);
  return guard;
}

let chosen = Reflect.get(Error, 'prepareStackTrace') as PrepareStackTrace | undefined;

// Whoever prepares stack traces may come later (a loader, a source-map library), and some save the current function and
// put it back: so an accessor, which gives out the guarded form and takes the original back.
Object.defineProperty(Error, 'prepareStackTrace', {
  configurable: true,
  enumerable: true,
  get: () => chosen && guarded(chosen),
  set: (next: PrepareStackTrace | undefined) => {
    chosen = next && (originals.get(next) ?? next);
  },
});

// Node's own source maps (--enable-source-maps, tsx) cannot be wrapped: plain frames are better than none.
if (Number(process.versions.node.split('.', 1)[0]) < 24) process.setSourceMapsEnabled(false);
