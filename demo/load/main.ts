import { parseArgs } from 'node:util';
import { generate } from './generate.js';
import type { LoadLine } from './lines.js';

// A process of its own, so that what the demo does cannot slow the load down. It ends when it is asked to, or when
// whoever started it is gone (its input ends).
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    'per-second': { type: 'string', default: '300' },
    connections: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.url === undefined) throw new Error('--url is missing: where the balancer listens');

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
process.stdin.once('end', () => stopping.abort()).resume();

const say = (line: LoadLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say(
  await generate(
    {
      url: values.url,
      perSecond: Number(values['per-second']),
      connections: Number(values.connections),
      seed: Number(values.seed),
    },
    say,
    stopping.signal,
  ),
);
process.stdin.destroy();
