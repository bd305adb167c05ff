import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';

/**
 * Milliseconds. After an attempt that failed the SDK waits by a timer of its own before it asks again: at most 100 ms
 * before the second, 200 ms before the third (DEFAULT_RETRY_DELAY_BASE in @smithy/core/retry). No request is open then.
 */
const pauseBeforeRetry = 500;

/** What Node waits by while its loaders' thread finds and translates a module: ports of AWS are loaded when first asked. */
const loading = 'MessagePort';

/**
 * Requests of this process by node:http, modules that are being loaded, and what it is told of, as long as they are not
 * over. For clocks that stand still meanwhile.
 */
export class RealWork {
  readonly #open = new Set<ClientRequest>();
  readonly #answered = new WeakSet<ClientRequest>();
  readonly #begin = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    this.#open.add(request);
    request.once('close', () => {
      this.#open.delete(request);
      if (!this.#answered.has(request)) this.#pausedUntil = performance.now() + pauseBeforeRetry;
    });
  };
  readonly #answer = (message: unknown): void => {
    const { request, response } = message as { readonly request: ClientRequest; readonly response: IncomingMessage };
    if ((response.statusCode ?? 500) < 500) this.#answered.add(request);
  };

  #others = 0;
  #pausedUntil = 0;

  constructor() {
    subscribe('http.client.request.start', this.#begin);
    subscribe('http.client.response.finish', this.#answer);
  }

  get goesOn(): boolean {
    if (this.#open.size + this.#others > 0 || performance.now() < this.#pausedUntil) return true;
    return process.getActiveResourcesInfo().includes(loading);
  }

  /** For what asks by other ways. */
  async during<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#others += 1;
    try {
      return await act();
    } finally {
      this.#others -= 1;
    }
  }

  stop(): void {
    unsubscribe('http.client.request.start', this.#begin);
    unsubscribe('http.client.response.finish', this.#answer);
  }
}
