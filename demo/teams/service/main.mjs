// The product of every example, in one file: it answers what answers.json beside it says, and misbehaves as it says.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const {
  answers,
  failsEvery = 0,
  slower = 0,
  behindFlag,
} = JSON.parse(readFileSync(new URL('answers.json', import.meta.url), 'utf8'));
const { PORT, CROSSFADE_VERSION, CROSSFADE_COLOUR, FLAGS_URL, FLAGS_TOKEN } = process.env;
let asked = 0;
/** Percent of users for whom the flag is on. */
let share = 0;

if (behindFlag !== undefined) setInterval(() => void readFlag(), 200);

async function readFlag() {
  const headers = { authorization: `Bearer ${FLAGS_TOKEN}` };
  const answer = await fetch(`${FLAGS_URL}/${behindFlag}`, { headers }).catch(() => undefined);
  if (answer?.ok) share = (await answer.json()).rollout;
}

const server = createServer((request, response) => {
  request.resume();
  const path = new URL(request.url, 'http://service').pathname;
  const probing = request.url === '/healthz' || request.headers['x-user'] === undefined;
  asked += probing ? 0 : 1;
  const hasFlag = asked % 100 < share;
  const fails = !probing && ((failsEvery > 0 && asked % failsEvery === 0) || hasFlag);
  const found = fails
    ? { status: 500 }
    : (answers[`${request.method} ${request.url}`] ?? answers[`${request.method} ${path}`]);
  const {
    status = 200,
    body = '',
    headers = {},
    milliseconds = 0,
    limit = 0,
  } = request.url === '/healthz' ? {} : (found ?? { status: 404 });
  const limited = limit > 0 && (found.seen = (found.seen ?? 0) + 1) > limit;
  setTimeout(
    () => {
      response.writeHead(limited ? 429 : status, {
        'x-version': CROSSFADE_VERSION,
        'x-colour': CROSSFADE_COLOUR,
        ...headers,
        ...(server.listening ? {} : { connection: 'close' }),
      });
      response.end(body);
    },
    milliseconds + (probing ? 0 : slower),
  );
});
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
