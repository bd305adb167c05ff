import { Pool } from 'undici';
import type { LoadFailure, LoadSecond, LoadSummary } from './lines.js';
import { mixOf } from './mix.js';
import { pace } from './pace.js';
import { send } from './send.js';
import { Tally } from './tally.js';

export interface Load {
  /** Where the balancer listens, without a path. */
  readonly url: string;
  readonly perSecond: number;
  readonly connections: number;
  readonly seed: number;
}

const keptFailures = 100;
const secondMilliseconds = 1_000;

/** Sends load until aborted, then waits for what is in flight. */
export async function generate(
  load: Load,
  say: (second: LoadSecond) => void,
  signal: AbortSignal,
): Promise<LoadSummary> {
  const pool = new Pool(load.url, {
    connections: load.connections,
    connectTimeout: 5_000,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  const next = mixOf(load.seed);
  const all = new Tally();
  let lately = new Tally();
  const failures: LoadFailure[] = [];
  const inFlight = new Set<Promise<void>>();
  const began = performance.now();

  const timer = setInterval(() => {
    say({ line: 'second', at: Date.now(), inFlight: inFlight.size, groups: lately.groups() });
    lately = new Tally();
  }, secondMilliseconds);
  const latestMilliseconds = await pace(load.perSecond, act, signal);
  await Promise.all(inFlight);
  clearInterval(timer);
  await pool.close();
  const seconds = (performance.now() - began) / 1_000;
  return { line: 'summary', seconds, requests: all.requests, groups: all.groups(), failures, latestMilliseconds };

  function act(): void {
    const sending = send(pool, next()).then((sent) => {
      inFlight.delete(sending);
      all.add(sent);
      lately.add(sent);
      if (sent.failure !== undefined && failures.length < keptFailures) failures.push(sent.failure);
    });
    inFlight.add(sending);
  }
}
