import type { Limit } from '../../contract/rules.js';
import { compareWithLine, type Absolute } from './absolute.js';
import type { Circumstances } from './circumstances.js';
import type { Finding } from './finding.js';
import type { Measurement } from './measurement.js';
import { compareWithLive, type Relative } from './relative.js';
import { rounded } from './rounded.js';
import { wordingOf } from './wording.js';

/** Fewer requests of the live slot are no comparison. */
const fewestLiveRequests = 100;

/** Judges one metric by its limit; `name` is how people call the metric. */
export function judgeLimit(name: string, measured: Measurement, limit: Limit, circumstances: Circumstances): Finding {
  const { slot, live } = measured;
  const absolute = compareWithLine(measured, limit, circumstances);
  const relative = compareWithLive(measured, limit, circumstances);
  const evidence = {
    value: rounded(slot.value),
    requests: slot.requests,
    live: live === undefined ? null : { value: rounded(live.value), requests: live.requests },
    limit: { pass: limit.pass ?? null, fail: limit.fail ?? null, failWorseByPercent: limit.failWorseByPercent ?? null },
    absolute: absolute.evidence,
    relative: relative.evidence,
  };
  return { ...decide(name, measured, limit, circumstances, absolute, relative), evidence };
}

type Decision = Omit<Finding, 'evidence'>;

/** What is certain goes before what is missing, what is missing before what is in doubt. */
function decide(
  name: string,
  measured: Measurement,
  limit: Limit,
  circumstances: Circumstances,
  absolute: Absolute,
  relative: Relative,
): Decision {
  const { from, complete, minimumRequests } = circumstances;
  const { slot, live } = measured;
  const { failWorseByPercent } = limit;
  const { seen, aboveLimit, between, worse, beside } = wordingOf(name, measured, limit, relative, circumstances);
  const no = (because: string): Decision => ({ answer: 'no', because: because + beside });
  const unknown = (because: string): Decision => ({ answer: 'unknown', because });

  if (absolute.certain && !absolute.liveAbove) return no(aboveLimit);
  if (absolute.certain && relative.certain) return no(`${aboveLimit}; so is the live slot, but this is ${worse}`);
  if (failWorseByPercent !== undefined && relative.certain)
    return no(`${seen}, ${worse} (limit ${failWorseByPercent} %)`);

  if (slot.requests < minimumRequests) return { ...unknown(`${seen}, a yes needs ${minimumRequests}`), lacking: true };
  if (!complete) return unknown(`${seen}, but counters were lost in between`);

  if (absolute.above && absolute.liveAbove) return unknown(`${aboveLimit}, but the live slot breaches it too${beside}`);
  if (absolute.above) return unknown(`${aboveLimit}, but not certain yet${beside}`);
  if (limit.pass !== undefined && slot.value > limit.pass) return unknown(`${between}${beside}`);
  if (failWorseByPercent !== undefined && from !== null) {
    if (live === undefined) return unknown(`${seen}, but ${from} has no numbers to compare with`);
    if (live.requests < fewestLiveRequests)
      return unknown(`${seen}, but ${from} has only ${live.requests} to compare with`);
    if (relative.suspected) return unknown(`${seen}, ${worse}, but not certain yet${beside}`);
  }
  return { answer: 'yes', because: seen };
}
