import { request } from 'node:http';
import type { HealthCheck, Target } from './state.js';
import type { TargetHealth } from './protocol.js';

const failuresUntilUnhealthy = 2;
const fastestMilliseconds = 200;
const answerWithinMilliseconds = 2_000;

type Outcome = { readonly kind: 'well' } | { readonly kind: 'unwell' | 'unreachable'; readonly because: string };

/**
 * Asks one target over and over whether it is well: one good answer (2xx) makes it healthy, two bad ones in a row or
 * a refused connection make it unhealthy. Until it is healthy it is asked at least five times a second.
 */
export class HealthChecker {
  health: TargetHealth = 'unknown';
  because: string | undefined;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  private readonly target: Target;
  private check: HealthCheck;

  constructor(target: Target, check: HealthCheck) {
    this.target = target;
    this.check = check;
    void this.ask();
  }

  update(check: HealthCheck): void {
    this.check = check;
  }

  /** A request found the target unreachable: no need to wait until the next question. */
  unreachable(because: string): void {
    if (!this.stopped) this.note({ kind: 'unreachable', because });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    const outcome = await ask(this.target, this.check.path);
    if (this.stopped) return;
    this.note(outcome);
    const { everyMilliseconds } = this.check;
    const pause = this.health === 'healthy' ? everyMilliseconds : Math.min(everyMilliseconds, fastestMilliseconds);
    this.timer = setTimeout(() => void this.ask(), pause);
  }

  private note(outcome: Outcome): void {
    if (outcome.kind === 'well') {
      this.failures = 0;
      this.health = 'healthy';
      this.because = undefined;
      return;
    }
    this.failures += 1;
    this.because = outcome.because;
    if (outcome.kind === 'unreachable' || this.failures >= failuresUntilUnhealthy) this.health = 'unhealthy';
  }
}

function ask(target: Target, path: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(answerWithinMilliseconds);
    const headers = { 'user-agent': 'crossfade-health' };
    const call = request({ host: target.host, port: target.port, path, agent: false, headers, signal }, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.resume();
      answer.on('error', () => undefined);
      if (status >= 200 && status < 300) resolve({ kind: 'well' });
      else resolve({ kind: 'unwell', because: `GET ${path} answered ${status}` });
    });
    call.on('error', (error) => {
      if (signal.aborted) {
        resolve({ kind: 'unwell', because: `GET ${path} had no answer within ${answerWithinMilliseconds} ms` });
      } else {
        const kind = 'code' in error && error.code === 'ECONNREFUSED' ? 'unreachable' : 'unwell';
        resolve({ kind, because: `GET ${path}: ${error.message}` });
      }
    });
    call.end();
  });
}
