import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { SmokeCheck } from '../../contract/service.js';
import { VerdictError } from '../endings.js';
import type { ProbeAnswer } from '../ports/probe.js';
import type { Context } from '../step.js';

/** One check of one service. */
export interface ServiceCheck {
  readonly service: string;
  readonly check: Pick<SmokeCheck, 'path' | 'method' | 'status' | 'contains'>;
}

export interface MixedVisits {
  readonly checks: number;
  /** Names of cookies that were carried over, either way. */
  readonly cookies: readonly string[];
  /** Checks that the live slot doesn't pass by itself, such as those for what is new. */
  readonly leftOut: number;
}

/**
 * What a visitor does whom each request may lead to the other release: every check that only reads, in one slot, with the
 * cookies that the other slot's services have set, in both directions. Throws VerdictError where a check that is passed
 * without them isn't with them. It sees no more than cookies: what a page of one release asks of the other's API is not known here.
 */
export async function mixedVisits(
  context: Context,
  from: Colour,
  checks: readonly ServiceCheck[],
): Promise<MixedVisits> {
  const reading = checks.filter(({ check }) => check.method !== 'POST');
  const visit = new Visit(context);
  const ofLive = await visit.passedAlone(from, reading);
  const live = await visit.cookiesOf(from, ofLive);
  const idle = await visit.cookiesOf(context.plan.to, reading);
  const into = live.size === 0 ? [] : reading;
  const back = idle.size === 0 ? [] : ofLive;
  for (const each of into) await visit.refuseWorse(context.plan.to, from, each, live);
  for (const each of back) await visit.refuseWorse(from, context.plan.to, each, idle);
  const cookies = [...new Set([...live.keys(), ...idle.keys()])];
  return { checks: into.length + back.length, cookies, leftOut: reading.length - ofLive.length };
}

type Cookies = ReadonlyMap<string, string>;
const none: Cookies = new Map();

class Visit {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  async passedAlone(colour: Colour, checks: readonly ServiceCheck[]): Promise<ServiceCheck[]> {
    const passed: ServiceCheck[] = [];
    for (const each of checks) if ((await this.#failure(colour, each, none)) === undefined) passed.push(each);
    return passed;
  }

  async cookiesOf(colour: Colour, checks: readonly ServiceCheck[]): Promise<Cookies> {
    const cookies = new Map<string, string>();
    for (const each of checks) {
      const { headers } = await this.#ask(colour, each, cookies);
      for (const [name, value] of cookiesIn(headers['set-cookie'] ?? '')) cookies.set(name, value);
    }
    return cookies;
  }

  /** Asked again both ways before the release is blamed: a slot may have failed for a reason of its own. */
  async refuseWorse(colour: Colour, other: Colour, each: ServiceCheck, cookies: Cookies): Promise<void> {
    if ((await this.#failure(colour, each, cookies)) === undefined) return;
    if ((await this.#failure(colour, each, none)) !== undefined) return;
    const failure = await this.#failure(colour, each, cookies);
    if (failure === undefined) return;
    const names = [...cookies.keys()].join(', ');
    const because = `a visitor who comes to ${each.service} of ${colour} with cookies of ${other} (${names}): ${failure}`;
    throw new VerdictError({ answer: 'no', because, evidence: {} });
  }

  async #failure(colour: Colour, each: ServiceCheck, cookies: Cookies): Promise<string | undefined> {
    try {
      return whyNot(each, await this.#ask(colour, each, cookies));
    } catch (error) {
      if (error instanceof PlatformError) return error.message;
      throw error;
    }
  }

  #ask(colour: Colour, { service, check }: ServiceCheck, cookies: Cookies): Promise<ProbeAnswer> {
    const { method, path } = check;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = cookie === '' ? {} : { headers: { cookie } };
    return this.#context.platform.slots.probe(colour, { service, method, path, ...headers }, this.#context.signal);
  }
}

/** Why an answer isn't what the check expects; undefined: it is. */
export function whyNot({ service, check }: ServiceCheck, { status, body }: ProbeAnswer): string | undefined {
  const name = `${service} ${check.method} ${check.path}`;
  if (status !== check.status) return `${name} answered ${status}, expected ${check.status}`;
  const lacks = check.contains !== undefined && !body.includes(check.contains);
  return lacks ? `${name} answered without the text that was expected` : undefined;
}

/** Of Set-Cookie headers joined by commas, which also stand in their dates. */
function cookiesIn(header: string): [string, string][] {
  return header.split(/, *(?=[\w!#$%&'*+.^`|~-]+=)/).flatMap((text): [string, string][] => {
    const match = /^\s*([\w!#$%&'*+.^`|~-]+)=([^;]*)/.exec(text);
    return match?.[1] === undefined ? [] : [[match[1], match[2]?.trim() ?? '']];
  });
}
