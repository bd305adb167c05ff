import type { LoadSecond } from './load/lines.js';

/** A stretch of time in which one release answered most users. */
export interface LiveSpan {
  readonly who: string;
  /** Wall clock in milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly requests: number;
  /** Who else answered users meanwhile, with the largest share of one second in percent. */
  readonly beside: Readonly<Record<string, number>>;
}

/** Percent of a second's requests. */
const clearly = 60;

/** Who was live when, as users saw it. */
export function liveSpans(seconds: readonly LoadSecond[]): LiveSpan[] {
  const spans: LiveSpan[] = [];
  for (const second of seconds) {
    const shares = sharesOf(second);
    const last = spans.at(-1);
    const who = liveIn(shares, last?.who);
    const requests = second.groups.reduce((sum, group) => sum + group.requests, 0);
    const before = last?.who === who ? last : { who, from: second.at - 1_000, requests: 0, beside: {} };
    const beside: Record<string, number> = { ...before.beside };
    for (const [other, percent] of shares.filter(([each]) => each !== who))
      beside[other] = Math.max(beside[other] ?? 0, percent);
    const span = { ...before, until: second.at, requests: before.requests + requests, beside };
    if (last?.who === who) spans[spans.length - 1] = span;
    else spans.push(span);
  }
  return spans;
}

/** Around half and half chance decides who answers more: whoever was live stays so until another clearly is. */
function liveIn(shares: readonly [string, number][], before: string | undefined): string {
  const [first, percent] = shares[0] ?? ['nobody', 0];
  return before === undefined || percent > clearly ? first : before;
}

function sharesOf({ groups }: LoadSecond): [string, number][] {
  const whole = groups.reduce((sum, { requests }) => sum + requests, 0);
  const shares = groups.map(({ version, colour, requests }): [string, number] => {
    const who = version === null ? 'nobody' : `${version} in ${colour ?? 'no slot'}`;
    return [who, Math.round((100 * requests) / whole)];
  });
  return shares.sort(([, one], [, other]) => other - one);
}
