import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { TaskDefinition } from './ecs-api.js';
import { plainLine } from './plain-line.js';
import { TransientError } from './transient-error.js';

/** CloudWatch Logs. */
export interface LogsApi {
  /** What a stream has after this token, oldest first; nothing for a stream that does not exist yet. */
  read(
    group: string,
    stream: string,
    after: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ readonly lines: readonly string[]; readonly next: string | undefined }>;
}

const lookEvery = 3_000;
/** What it said last may come after its end. */
const logsWithin = 15_000;
const mostLines = 2_000;

export function taskIdOf(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}

export function streamOf({ logPrefix, container }: TaskDefinition, arn: string): string {
  return `${logPrefix}/${container}/${taskIdOf(arn)}`;
}

/** What the task says, once and in order. Logs that can't be read keep no task from its end. */
export class TaskLog {
  readonly #logs: LogsApi;
  readonly #definition: TaskDefinition;
  readonly #arn: string;
  readonly #work: Work;
  #next: string | undefined;
  #lines = 0;
  #last = '';

  constructor(logs: LogsApi, definition: TaskDefinition, arn: string, work: Work) {
    this.#logs = logs;
    this.#definition = definition;
    this.#arn = arn;
    this.#work = work;
  }

  /** How many lines came. */
  async more(): Promise<number> {
    const { logGroup } = this.#definition;
    try {
      const stream = streamOf(this.#definition, this.#arn);
      const { lines, next } = await this.#logs.read(logGroup, stream, this.#next, this.#work.signal);
      this.#next = next;
      lines.forEach((line) => this.#tell(line));
      return lines.length;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return 0;
    }
  }

  /** CloudWatch has the last lines a little later than ECS the end. */
  async finish(clock: Clock): Promise<void> {
    const end = clock.monotonic() + logsWithin;
    let quiet = 0;
    while (quiet < 2 && clock.monotonic() < end) {
      quiet = (await this.more()) === 0 ? quiet + 1 : 0;
      if (quiet < 2) await clock.sleep(lookEvery, this.#work.signal);
    }
  }

  tail(): string {
    return this.#last === '' ? '' : `; it last said: ${this.#last}`;
  }

  #tell(line: string): void {
    const plain = plainLine(line);
    if (plain === '') return;
    this.#last = plain;
    this.#lines += 1;
    if (this.#lines <= mostLines) this.#work.say(`  ${plain}`);
    if (this.#lines === mostLines) this.#work.say(`  (the rest is in ${this.#definition.logGroup})`);
  }
}
