// Loaded before the command line: its clocks run CROSSFADE_TEST_SPEED times as fast from a moment on which all agree,
// so that minutes of CloudWatch pass in seconds. Time-outs of sockets stay as they are.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const speed = Number(process.env.CROSSFADE_TEST_SPEED ?? 1);
const from = Number(process.env.CROSSFADE_TEST_FROM ?? Date.now());
const RealDate = Date;
const monotonic = performance.now.bind(performance);
const wait = timers.setTimeout;

const now = () => from + (RealDate.now() - from) * speed;

globalThis.Date = class extends RealDate {
  constructor(...words) {
    super(...(words.length === 0 ? [now()] : words));
  }
  static now() {
    return now();
  }
};
performance.now = () => monotonic() * speed;
// Only what the command line's own clock waits for: time-outs of child processes are not made shorter.
timers.setTimeout = (duration, ...rest) => wait(/\bsleep \(/.test(caller()) ? duration / speed : duration, ...rest);

function caller() {
  return new Error().stack.split('\n')[3] ?? '';
}

syncBuiltinESMExports();
