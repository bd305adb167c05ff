import { z } from 'zod';
import { readUnit } from './bound.js';
import { cloudWatchSourceSchema } from './cloudwatch-source.js';

const text = z.string().min(1);

const address = z
  .string()
  .refine(isPlainAddress, { error: 'an address http(s)://… without a user or a password in it' });

/** Name of the environment variable that holds a token; never the token. */
const variable = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, { error: 'the name of a variable in capitals' });

const pointer = z.string().regex(/^(?:\/[^/]*)*$/, { error: 'a JSON Pointer such as /data/0/value (RFC 6901)' });

/** What the source's numbers count: `ratio` (0 to 1, read as percent), `%`, `ms`, `s`, `MB`, `/min` …; a count when left out. */
const unit = z.string().refine((name) => name === 'ratio' || readUnit(name) !== undefined, {
  error: 'a unit such as ratio, %, ms, s, MB or /min',
});

/** `{{colour}}`, `{{environment}}`, `{{of}}` and `{{statistic}}` stand for what is asked about. */
export const metricSourceSchema = z.union([
  z.strictObject({ prometheus: address, query: text, token: variable.optional(), unit: unit.default('') }),
  z.strictObject({ json: address, at: pointer, token: variable.optional(), unit: unit.default('') }),
  z.strictObject({ sql: text, unit: unit.default('') }),
  cloudWatchSourceSchema.extend({ unit: unit.default('') }),
]);
export type MetricSource = z.infer<typeof metricSourceSchema>;

export const onCallSourceSchema = z.union([
  /** Id of a schedule. */
  z.strictObject({
    pagerduty: text,
    url: address.default('https://api.pagerduty.com'),
    token: variable.default('PAGERDUTY_TOKEN'),
  }),
  z.strictObject({ json: address, at: pointer, token: variable.optional() }),
  /** A list of `{ who, from, to }` in YAML or JSON, in the project's folder. */
  z.strictObject({ file: text }),
]);
export type OnCallSource = z.infer<typeof onCallSourceSchema>;

const freeze = z
  .strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }), because: text })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: 'from before to' });

/** Where a checklist's items get their answers beyond this machine. */
export const sourcesSchema = z.strictObject({
  /** By metric's name; by `name/of`, `name/of/statistic` or `name/statistic` where that is needed. */
  metrics: z.record(text, metricSourceSchema).default({}),
  /** By service: a status page of Statuspage, or any address that answers 200 when all is well. */
  services: z.record(text, z.strictObject({ url: address })).default({}),
  /** By role. */
  onCall: z.record(text, onCallSourceSchema).default({}),
  /** When nothing may be released. */
  freezes: z.array(freeze).default([]),
  /** Certificates in PEM of authorities of one's own, in the project's folder: trusted beside the usual ones. */
  authorities: z.array(text).default([]),
});
export type Sources = z.infer<typeof sourcesSchema>;

function isPlainAddress(value: string): boolean {
  // Placeholders in braces are no part of a URL yet.
  const address = value.replaceAll(/\{\{\w+\}\}/g, 'x');
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}
