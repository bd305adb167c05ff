import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Requests of this process by node:http, and what it is told of, as long as they are not over. For clocks that stand still meanwhile. */
export class RealWork {
  readonly #open = new Set<ClientRequest>();
  readonly #begin = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    this.#open.add(request);
    request.once('close', () => this.#open.delete(request));
  };

  #others = 0;

  constructor() {
    subscribe('http.client.request.start', this.#begin);
  }

  get goesOn(): boolean {
    return this.#open.size + this.#others > 0;
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
  }
}
