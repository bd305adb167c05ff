import type * as pulumi from '@pulumi/pulumi';
import type { LocalProperties, LocalResource } from '../../contract/local-resource.js';

/**
 * The provider of a local resource: constant text but for the name. Pulumi stores these functions in the state and runs
 * them again from there, also long after this package was upgraded, so they capture nothing and look for the compiled
 * implementation of the project they run in, at the moment of the call: the provider's process starts in the folder of
 * Pulumi.yaml, and from there the name leads to this package, whether it is the project itself or a dependency.
 */
export function shim(name: string): Shim {
  const made = shims.get(name) ?? makeShim(name);
  shims.set(name, made);
  return made;
}

type Shim = pulumi.dynamic.ResourceProvider<LocalProperties, LocalProperties>;

// Pulumi turns functions into text once per provider object, which costs more than all the rest of a resource.
const shims = new Map<string, Shim>();

function makeShim(name: string): Shim {
  const load = async (): Promise<LocalResource> => {
    const { createRequire } = process.getBuiltinModule('node:module');
    const { pathToFileURL } = process.getBuiltinModule('node:url');
    const path = createRequire(process.cwd() + '/').resolve('crossfade/local-provider');
    const loaded = (await import(pathToFileURL(path).href)) as { implementations: Record<string, LocalResource> };
    const implementation = loaded.implementations[name];
    if (implementation === undefined) throw new Error('crossfade has no local resource named ' + name);
    return implementation;
  };
  const own = (properties: LocalProperties): LocalProperties => {
    const { __provider, ...rest } = properties;
    return rest;
  };
  return {
    check: async (last, next) => {
      const implementation = await load();
      return implementation.check === undefined
        ? { inputs: own(next) }
        : await implementation.check(own(last), own(next));
    },
    diff: async (id, last, next) => (await load()).diff(id, own(last), own(next)),
    create: async (next) => (await load()).create(own(next)),
    read: async (id, last) => (await load()).read(id, own(last ?? {})),
    update: async (id, last, next) => (await load()).update(id, own(last), own(next)),
    delete: async (id, last) => (await load()).delete(id, own(last)),
  };
}
