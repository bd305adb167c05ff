import * as pulumi from '@pulumi/pulumi';
import type { GuardedSlot } from '../../contract/guarded-slot.js';

/**
 * Made after everything else of a slot, so that a destroy comes to it first: it refuses while users need the slot, and
 * nothing was touched. A hook of Pulumi's would do the same only where somebody thinks of `--run-program`.
 */
export class SlotGuard extends pulumi.dynamic.Resource {
  constructor(name: string, args: GuardedSlot, opts?: pulumi.CustomResourceOptions) {
    super(guard, name, { ...args }, opts, 'aws', 'SlotGuard');
  }
}

// Pulumi keeps these functions as text in the state and runs them again from there, also after this package was
// upgraded: they capture nothing, and find the project's own package when they are called.
const guard: pulumi.dynamic.ResourceProvider<GuardedSlot, GuardedSlot> = {
  create: (next) => Promise.resolve({ id: 'guard', outs: next }),
  update: (_id, _last, next) => Promise.resolve({ outs: next }),
  delete: async (_id, last) => {
    const { createRequire } = process.getBuiltinModule('node:module');
    const { pathToFileURL } = process.getBuiltinModule('node:url');
    const path = createRequire(process.cwd() + '/').resolve('crossfade/aws-provider');
    const loaded = (await import(pathToFileURL(path).href)) as { guardSlot: (slot: unknown) => Promise<void> };
    await loaded.guardSlot(last);
  },
};
