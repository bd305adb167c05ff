import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A node process of the test's own that says one line of JSON after another and does what it is told, line by line. */
export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: string[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(script: string, parts: readonly string[]) {
    this.#process = spawn(process.execPath, [script, ...parts], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.#process.stdout });
    lines.on('line', (line) => this.#wake(() => this.#lines.push(line)));
    lines.on('close', () => this.#wake(() => (this.#closed = true)));
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#process.kill(signal);
  }

  /** The next line; undefined when the process has ended. */
  async next(): Promise<unknown> {
    while (this.#lines.length === 0 && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const line = this.#lines.shift();
    return line === undefined ? undefined : JSON.parse(line);
  }

  /** Ends it for good, whatever state it is in. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #wake(change: () => void): void {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
