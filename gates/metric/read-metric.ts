import { z } from 'zod';
import { readUnit, type Unit } from '../../contract/bound.js';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { MetricSource } from '../../contract/sources.js';
import type { Asked } from '../../pipeline/questions.js';
import { fetchJson } from '../http/fetch-json.js';
import { jsonAt } from '../http/json-at.js';
import type { Surroundings } from '../surroundings.js';
import type { MetricName } from '../../contract/source-of.js';

export interface Read {
  readonly value: number;
  readonly unit: Unit;
}

/** What a source says now. Throws PlatformError where that is no single, finite, fresh number. */
export async function readMetric(
  source: MetricSource,
  name: MetricName,
  colour: Colour,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Read> {
  const fill = filling({ colour, environment: about.environment, of: name.of ?? '', statistic: name.statistic ?? '' });
  const value = await ('prometheus' in source
    ? askPrometheus(source, fill, about, around, signal)
    : 'json' in source
      ? askJson(source, fill, about, around, signal)
      : 'sql' in source
        ? askDatabase(source, fill, about, signal)
        : askCloudWatch(source, fill, around, signal));
  if (!Number.isFinite(value)) throw new PlatformError(`${name.metric} is no number at this moment`);
  return inUnit(value, source.unit);
}

type Of<Key extends string> = Extract<MetricSource, Record<Key, unknown>>;
type Fill = (text: string, escape: (value: string) => string) => string;

const plain = /^[\w .:/-]*$/;

/** A value that could end a query's text early is no name. */
function filling(values: Readonly<Record<string, string>>): Fill {
  return (text, escape) =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (all, key: string) => {
      const value = values[key];
      if (value === undefined) return all;
      if (!plain.test(value)) throw new PlatformError(`'${value}' can't stand in a query`);
      return escape(value);
    });
}

const asIs = (value: string): string => value;

const vector = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
  ]),
});

/** An instant query (Prometheus HTTP API, GET /api/v1/query). */
async function askPrometheus(
  source: Of<'prometheus'>,
  fill: Fill,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const url = new URL(`${source.prometheus.replace(/\/$/, '')}/api/v1/query`);
  url.searchParams.set('query', fill(source.query, asIs));
  const answer = vector.safeParse(await fetchJson({ url: url.href, token: source.token }, about, around, signal));
  if (!answer.success) throw new PlatformError(`${url.origin} answers no vector and no scalar`);
  const { data } = answer.data;
  if (data.resultType === 'scalar') return Number(data.result[1]);
  const [first, ...more] = data.result;
  if (first === undefined) throw new PlatformError(`${url.origin} has no data for it`);
  if (more.length > 0)
    throw new PlatformError(`${url.origin} has ${data.result.length} series for it: make it one, such as by sum()`);
  return Number(first.value[1]);
}

async function askJson(
  source: Of<'json'>,
  fill: Fill,
  about: Asked,
  around: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const url = fill(source.json, encodeURIComponent);
  const found = jsonAt(await fetchJson({ url, token: source.token }, about, around, signal), source.at);
  return numberFrom(found, `${new URL(url).origin} has no number at ${source.at}`);
}

async function askDatabase(source: Of<'sql'>, fill: Fill, { platform }: Asked, signal: AbortSignal): Promise<number> {
  if (!platform.database) throw new PlatformError('this environment has no database that can be asked');
  const rows = await platform.database.askRows(fill(source.sql, asIs), signal);
  return numberFrom(rows[0]?.[0], 'the database answers no number');
}

async function askCloudWatch(
  { cloudwatch, namespace, dimensions, statistic, minutes, region }: Of<'cloudwatch'>,
  fill: Fill,
  around: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const filled = Object.entries(dimensions).map(([name, value]) => [name, fill(value, asIs)] as const);
  const asked = { namespace, metric: cloudwatch, statistic: fill(statistic, asIs), minutes, region };
  const found = await around.cloudWatch({ ...asked, dimensions: Object.fromEntries(filled) }, signal);
  if (found !== undefined) return found;
  throw new PlatformError(`CloudWatch has no ${cloudwatch} in the last whole ${minutes} min`);
}

function numberFrom(found: unknown, otherwise: string): number {
  if (typeof found === 'number') return found;
  if (typeof found === 'string' && /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(found.trim())) return Number(found);
  throw new PlatformError(otherwise);
}

function inUnit(value: number, name: string): Read {
  if (name === 'ratio') return { value: value * 100, unit: 'percent' };
  const [unit, factor] = readUnit(name) ?? ['count', 1];
  return { value: value * factor, unit };
}
