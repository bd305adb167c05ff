import type { JsonObject } from '../contract/json.js';
import { worstAnswer, type Verdict } from '../contract/verdict.js';
import type { Asked } from '../pipeline/questions.js';
import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { askOnce } from './http/ask-once.js';
import { authoritiesOf } from './http/authorities-of.js';
import { askCertificate } from './http/certificate.js';
import { askDestination } from './http/destination.js';
import type { Fetched } from './http/fetch-guarded.js';
import { judgeValues } from './http/judge-values.js';
import { matchesSchema } from './http/matches-schema.js';
import { statisticOf } from './http/statistic-of.js';
import { describeValue, keepsBound } from './keeps-bound.js';
import type { Surroundings } from './surroundings.js';

type Check = CheckOf<'http'>;

/** All that an item says of an answer; the worst of it counts. */
export const askHttp: Adapter<'http'> = async (check, about, around, signal) => {
  if (check.limitedAfter !== undefined)
    return askLimit(check, check.limitedAfter, () => askOnce(check, about, around, signal));
  const certificate = await askPlace(check, about, around, signal);
  // Who isn't who he says is asked nothing.
  if (certificate.some(({ answer }) => answer !== 'yes')) return joined(certificate);
  const answers: Fetched[] = [];
  for (let call = 0; call < (check.calls ?? 1); call += 1) answers.push(await askOnce(check, about, around, signal));
  const verdicts: Verdict[] = [...certificate];
  for (const answer of answers) verdicts.push(...(await judgeAnswer(check, answer, around)));
  verdicts.push(...judgeTime(check, answers));
  const slowest = Math.max(...answers.map(({ milliseconds }) => Math.round(milliseconds)));
  const verdict = joined(verdicts);
  const evidence = { status: answers.at(-1)?.status ?? null, calls: answers.length, slowestMilliseconds: slowest };
  return { ...verdict, evidence: { ...verdict.evidence, ...evidence } };
};

/** Where the address leads and who answers there. */
async function askPlace(check: Check, about: Asked, around: Surroundings, signal: AbortSignal): Promise<Verdict[]> {
  if (check.url.startsWith('/')) return [];
  const url = new URL(check.url);
  const verdicts: Verdict[] = [];
  if (check.resolvesTo !== undefined) verdicts.push(await askDestination(url.hostname, check.resolvesTo));
  if (check.certificate !== undefined) {
    const options = { now: around.clock.now(), authorities: await authoritiesOf(about.plan, around), signal };
    verdicts.push(await askCertificate(url, check.certificate, options));
  }
  return verdicts;
}

/** The worst of them, with every reason for it. */
function joined(verdicts: readonly Verdict[]): Verdict {
  const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
  const told = new Set(verdicts.flatMap((verdict) => (verdict.answer === answer ? [verdict.because] : [])));
  let evidence: JsonObject = {};
  for (const verdict of verdicts) evidence = { ...evidence, ...verdict.evidence };
  return { answer, because: [...told].join('; '), evidence };
}

async function judgeAnswer(check: Check, answer: Fetched, { folder }: Surroundings): Promise<Verdict[]> {
  const { status, headers, body, cut } = answer;
  const verdicts = [judgeStatus(check, status, headers)];
  if (check.contains !== undefined && !body.includes(check.contains)) {
    verdicts.push(
      cut ? unknown('the body is too large to be looked through') : no('the body does not hold what it must'),
    );
  }
  for (const [name, wanted] of Object.entries(check.answers ?? {})) {
    const found = headers[name.toLowerCase()];
    if (found?.includes(wanted) !== true) verdicts.push(no(`${name} is ${found ?? 'not there'}, expected ${wanted}`));
  }
  if (check.origin !== undefined) {
    const allowed = headers['access-control-allow-origin'];
    if (allowed !== check.origin && allowed !== '*') {
      verdicts.push(no(`${check.origin} may not read it: access-control-allow-origin is ${allowed ?? 'not there'}`));
    }
  }
  if (check.schema !== undefined) {
    verdicts.push(
      cut ? unknown('the body is too large to be checked') : await matchesSchema(folder, check.schema, body),
    );
  }
  if (check.values !== undefined) verdicts.push(...judgeValues(check.values, answer));
  return verdicts;
}

function judgeStatus({ method, url, status: wanted }: Check, status: number, headers: Fetched['headers']): Verdict {
  const said = `${method} ${url} answered ${status}`;
  if (wanted.includes(status)) return yes(said);
  const { location } = headers;
  // Where it leads is for people to see; nobody goes there.
  return no(`${said}${location === undefined ? '' : ` to ${location}`}, expected ${wanted.join(' or ')}`);
}

function judgeTime({ within, statistic, calls }: Check, answers: readonly Fetched[]): Verdict[] {
  if (within === undefined) return [];
  if (within.unit !== 'milliseconds' || within.than !== undefined)
    return [unknown('a time is wanted, such as below 500ms')];
  const which = statistic ?? ((calls ?? 1) > 1 ? 'p95' : 'max');
  const value = statisticOf(
    answers.map(({ milliseconds }) => milliseconds),
    which,
  );
  const said = `${which} of ${answers.length} is ${describeValue(value, within)}`;
  const evidence = { [which]: Math.round(value) };
  return [
    keepsBound(within, value)
      ? yes(said, evidence)
      : no(`${said}, expected ${within.comparison} ${describeValue(within.value, within)}`, evidence),
  ];
}

async function askLimit({ method, url }: Check, atMost: number, ask: () => Promise<Fetched>): Promise<Verdict> {
  for (let call = 1; call <= atMost; call += 1) {
    const { status } = await ask();
    if (status === 429) return yes(`${method} ${url} is limited after ${call} requests`, { calls: call });
  }
  return no(`${method} ${url} was asked ${atMost} times, and nothing was limited`, { calls: atMost });
}
