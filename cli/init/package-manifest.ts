import { z } from 'zod';
import { ConfigurationError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { Draft } from './draft.js';

const names = z.record(z.string(), z.string()).optional();

const schema = z.looseObject({
  name: z.string().optional(),
  type: z.string().optional(),
  dependencies: names,
  devDependencies: names,
});

/** package.json: made when it is missing; else what is missing in it is added, and everything in it is kept. */
export function packageManifest(file: string, product: string, dependencies: Readonly<Record<string, string>>): Draft {
  return {
    path: 'package.json',
    after(before) {
      if (before === undefined) return textOf({ name: product, private: true, type: 'module', dependencies }, '  ');
      const manifest = readManifest(file, before);
      if (manifest.type !== 'module') {
        throw new ConfigurationError(`${file}: this project is not of ES modules, and index.ts has to be one`, {
          hint: 'add "type": "module", or call \'crossfade init\' in a folder of its own, such as deploy/',
        });
      }
      const has = { ...manifest.dependencies, ...manifest.devDependencies };
      const missing = Object.entries(dependencies).filter(([name]) => !(name in has));
      if (missing.length === 0) return before;
      const all = { ...manifest.dependencies, ...Object.fromEntries(missing) };
      return textOf({ ...manifest, dependencies: sorted(all) }, /^[ \t]+/m.exec(before)?.[0] ?? '  ');
    },
  };
}

/** The name that package.json gives; undefined when there is none. Throws ConfigurationError. */
export function nameInManifest(file: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : readManifest(file, text).name;
}

function readManifest(file: string, text: string): z.output<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${file} is no JSON`, { cause, hint: 'mend it first' });
  }
  return parse(schema, value, file);
}

function sorted(dependencies: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(dependencies).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function textOf(manifest: object, indent: string): string {
  return `${JSON.stringify(manifest, null, indent)}\n`;
}
