import { readFile } from 'node:fs/promises';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { ConfigurationError, PlatformError } from '../contract/errors.js';
import type { OnCallSource } from '../contract/sources.js';
import type { Asked } from '../pipeline/questions.js';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { fetchJson } from './http/fetch-json.js';
import { jsonAt } from './http/json-at.js';
import { inside } from './inside.js';
import type { Surroundings } from './surroundings.js';

/** Who is on duty now, for a role; nobody is a no. */
export const askOnCall: Adapter<'on-call'> = async ({ role }, about, around, signal) => {
  const source = about.plan.checklist?.sources?.onCall[role];
  if (!source) return unknown(`nothing is configured that says who is on duty as ${role}`);
  const people = await peopleOf(source, about, around, signal);
  if (people.length === 0) return no(`nobody is on duty as ${role}`, { role });
  return yes(`on duty as ${role}: ${people.join(', ')}`, { role, people });
};

async function peopleOf(
  source: OnCallSource,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<string[]> {
  if ('pagerduty' in source) return askPagerDuty(source, about, around, signal);
  if ('file' in source) return readDuties(source.file, around);
  const found = jsonAt(await fetchJson({ url: source.json, token: source.token }, about, around, signal), source.at);
  const people = z.union([z.array(z.string()), z.string().transform((one) => [one])]).safeParse(found);
  if (!people.success)
    throw new PlatformError(`${new URL(source.json).origin} has no name and no list of names at ${source.at}`);
  return people.data.filter((name) => name.trim() !== '');
}

const onCalls = z.object({ oncalls: z.array(z.object({ user: z.object({ summary: z.string() }) })) });

/** PagerDuty REST API v2: GET /oncalls, of now where no time is said. */
async function askPagerDuty(
  { pagerduty, url: base, token }: Extract<OnCallSource, { pagerduty: string }>,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<string[]> {
  const url = new URL(`${base.replace(/\/$/, '')}/oncalls`);
  url.searchParams.set('schedule_ids[]', pagerduty);
  const headers = { accept: 'application/vnd.pagerduty+json;version=2' };
  const answer = await fetchJson({ url: url.href, token, prefix: 'Token token=', headers }, about, around, signal);
  const { data } = onCalls.safeParse(answer);
  if (!data) throw new PlatformError(`${url.origin} does not say who is on call`);
  return [...new Set(data.oncalls.map(({ user }) => user.summary))];
}

const duties = z.array(
  z.strictObject({
    who: z.string().min(1),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
  }),
);

async function readDuties(path: string, { folder, clock }: Surroundings): Promise<string[]> {
  const place = await inside(folder, path);
  if (place === undefined) throw new ConfigurationError(`there is no ${path}`);
  const { data } = duties.safeParse(readYaml(await readFile(place, 'utf8'), path));
  if (!data)
    throw new ConfigurationError(`${path} is no list of { who, from, to }, with times such as 2026-01-01T08:00:00Z`);
  const now = clock.now().getTime();
  return data.filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to)).map(({ who }) => who);
}

function readYaml(text: string, path: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    if (!(cause instanceof YAMLParseError) && !(cause instanceof ReferenceError)) throw cause;
    throw new ConfigurationError(`${path} can't be read: ${cause.message.split('\n', 1)[0] ?? ''}`, { cause });
  }
}
