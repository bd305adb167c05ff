import { judge } from '../pipeline/analysis/judge.js';
import type { JudgementRequest } from '../pipeline/analysis/judgement-request.js';
import { MinuteRule, zOfOnePercent, zOfTwoProportions } from '../test/support/naive-judges.js';
import { asking } from '../test/support/observed.js';
import { SimulatedTraffic, type Behaviour } from '../test/support/simulated-traffic.js';
import type { Table } from './print-table.js';

export const name = 'judge';

const tenMinutes = 600;
const rollouts = 300;

type SaysNo = (traffic: SimulatedTraffic) => boolean;

interface Judge {
  readonly title: string;
  readonly begin: () => SaysNo;
}

const zTest: Judge = {
  title: 'z-test at 1 %, each second',
  begin: () => (traffic) => zOfTwoProportions(traffic.green, traffic.blue) > zOfOnePercent,
};

const minuteRule: Judge = {
  title: 'above 0.5 % in any one minute',
  begin: () => {
    const rule = new MinuteRule(0.5);
    return (traffic) => rule.saysNo(traffic.green);
  },
};

function crossfade(request: JudgementRequest): Judge {
  return {
    title: 'crossfade, each second',
    begin: () => (traffic) => judge(traffic.observation(), request).answer === 'no',
  };
}

interface Case {
  readonly title: string;
  readonly requestsPerSecond: number;
  readonly live: Behaviour;
  readonly bad: Behaviour;
  readonly judges: readonly Judge[];
}

function failing(requestsPerSecond: number, errorPercent: number): Case {
  const request = asking({ errorPercent: { pass: 0.3, fail: 0.5, failWorseByPercent: 50 } });
  return {
    title: `errors 0.1 to ${errorPercent} %`,
    requestsPerSecond,
    live: { errorPercent: 0.1 },
    bad: { errorPercent },
    judges: [crossfade(request), zTest, minuteRule],
  };
}

function slow(spread: number): Case {
  return {
    title: `p95 +60 %, spread ${spread}`,
    requestsPerSecond: 100,
    live: { errorPercent: 0, latency: { medianMilliseconds: 40, spread } },
    bad: { errorPercent: 0, latency: { medianMilliseconds: 64, spread } },
    judges: [crossfade(asking({ p95Milliseconds: { failWorseByPercent: 50 } }))],
  };
}

/** Requests that the slot had served at the no, sorted, one of each rollout; Infinity where there was none. */
function requestsAtNo({ requestsPerSecond, live }: Case, green: Behaviour, { begin }: Judge): readonly number[] {
  return Array.from({ length: rollouts }, (_, index) => {
    const seed = 104_729 * (index + 1);
    const traffic = new SimulatedTraffic({ seed, requestsPerSecond, percent: 10, green, blue: live });
    const saysNo = begin();
    for (let second = 1; second <= tenMinutes; second += 1) {
      traffic.pass();
      if (saysNo(traffic)) return traffic.green.requests;
    }
    return Infinity;
  }).sort((one, other) => one - other);
}

function rowsOf(each: Case): Table['rows'] {
  return each.judges.map((judgedBy) => {
    const found = requestsAtNo(each, each.bad, judgedBy);
    return {
      traffic: `${each.requestsPerSecond} / s`,
      'bad slot': each.title,
      'judged by': judgedBy.title,
      'false alarms': share(requestsAtNo(each, each.live, judgedBy)),
      found: share(found),
      'requests until found, median': quantile(found, 0.5),
      p90: quantile(found, 0.9),
    };
  });
}

function share(requests: readonly number[]): string {
  return `${((100 * requests.filter(Number.isFinite).length) / requests.length).toFixed(1)} %`;
}

function quantile(requests: readonly number[], part: number): string | number {
  const count = requests[Math.floor(requests.length * part)] ?? Infinity;
  return Number.isFinite(count) ? count : 'not found';
}

/** Simulated rollouts with seeded luck: one tenth of the traffic on the slot, every judge sees the same. */
export function run(): Promise<Table> {
  const cases = [
    ...[10, 100, 1_000].flatMap((requestsPerSecond) => [failing(requestsPerSecond, 1), failing(requestsPerSecond, 5)]),
    slow(0.5),
    slow(1),
  ];
  const title = `Judging a slot that has a tenth of the traffic: ${rollouts} rollouts of ten minutes each`;
  return Promise.resolve({ title, rows: cases.flatMap(rowsOf) });
}
