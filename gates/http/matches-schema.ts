import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ConfigurationError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import { no, yes } from '../answer.js';
import { inside } from '../inside.js';

const shown = 5;

/** Whether a body is what a JSON Schema says (draft 2020-12, or draft 7 where it says so). Throws ConfigurationError for no schema. */
export async function matchesSchema(folder: string, path: string, body: string): Promise<Verdict> {
  const validate = await compiled(folder, path);
  const value = parsed(body);
  if (value === undefined) return no('the body is no JSON', { schema: path });
  if (validate(value.json)) return yes(`the body is what ${path} says`, { schema: path });
  const wrong = (validate.errors ?? [])
    .slice(0, shown)
    .map((error) => `${error.instancePath || '/'} ${error.message ?? ''}`);
  return no(`the body is not what ${path} says: ${wrong.join('; ')}`, { schema: path });
}

async function compiled(folder: string, path: string) {
  const place = await inside(folder, path);
  if (place === undefined) throw new ConfigurationError(`there is no schema ${path}`);
  const schema = parsed(await readFile(place, 'utf8'))?.json;
  if (typeof schema !== 'object' || schema === null) throw new ConfigurationError(`${path} is no JSON Schema`);
  const draft: unknown = Reflect.get(schema, '$schema');
  const options = { strict: false, allErrors: false, logger: false } as const;
  const ajv = typeof draft === 'string' && draft.includes('draft-07') ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (cause) {
    throw new ConfigurationError(`${path} is no JSON Schema: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
