import { z } from 'zod';
import { PlatformError } from '../../contract/errors.js';
import type { FlagsConfiguration } from '../../contract/flags-configuration.js';
import { jsonSchema, type Json } from '../../contract/json.js';
import type { Flags } from '../../pipeline/flags.js';
import { exchange, exchangeJson } from './exchange.js';

type Place = Omit<Extract<FlagsConfiguration, { kind: 'http' }>, 'token' | 'kind'>;

/** Any service with an address for each flag: a GET tells the percent, a write of the body sets it. */
export function genericFlags({ url, method, body, percentAt }: Place, token: string | undefined): Flags {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const at = (flag: string): string => url.replaceAll(/\{flag\}|%7Bflag%7D/gi, encodeURIComponent(flag));

  async function read(flag: string, signal: AbortSignal): Promise<number> {
    const what = `flag ${flag}`;
    const answer = await exchangeJson(jsonSchema, { method: 'GET', url: at(flag), headers, what }, signal);
    const percent = z.number().min(0).max(100).safeParse(valueAt(answer, percentAt));
    if (percent.success) return percent.data;
    throw new PlatformError(`${what}: there is no percent at ${percentAt} of what the flag service answers`);
  }

  return {
    weights: read,
    async shift(flag, percent, signal) {
      const what = `flag ${flag}`;
      const filled = fill(body, { percent, on: percent > 0, flag });
      await exchange({ method, url: at(flag), headers, body: filled, what }, signal);
      const after = await read(flag, signal);
      if (after !== percent)
        throw new PlatformError(`${what}: it is on for ${after} % after ${percent} % were written`);
    },
  };
}

/** A text that is nothing but a mark becomes what it stands for, with its own type. */
function fill(value: Json, marks: Readonly<Record<string, Json>>): Json {
  if (typeof value === 'string') {
    const name = /^\{(percent|on|flag)\}$/.exec(value)?.[1];
    return name === undefined ? value : (marks[name] ?? value);
  }
  if (Array.isArray(value)) return value.map((item: Json) => fill(item, marks));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]: [string, Json]) => [key, fill(member, marks)]));
}

/** RFC 6901; undefined where nothing stands. */
function valueAt(value: Json, pointer: string): unknown {
  let found: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
  }
  return found;
}
