import pc from 'picocolors';
import type { Event } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import { eventLine, type Mark } from './event-line.js';

export interface RunPrinter {
  event(event: Event): void;
  /** What is going on inside a step: shown in place in a terminal, every now and then elsewhere. */
  say(line: string): void;
}

export interface Screen {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

const symbols: Readonly<Record<Mark, string>> = {
  done: pc.green('✔'),
  doing: pc.cyan('›'),
  bad: pc.red('✘'),
  note: pc.dim('·'),
};

const plainEvery = 10_000;

/** Prints a run's events as they are journalled: live in a terminal, as plain lines elsewhere. `known` is the plan of a run that is gone on with. */
export function runPrinter(screen: Screen, monotonic: () => number, known?: Plan): RunPrinter {
  let plan = known;
  const told = new Map<string, string>();
  let transient = false;
  let said = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (transient) screen.write('\r\u001b[2K');
    transient = false;
  };
  return {
    event(event) {
      if (event.body.kind === 'planned') plan = event.body.plan;
      const line = eventLine(event, plan, told);
      if (event.body.kind === 'asked') told.set(event.body.step, `${event.body.answer}: ${event.body.because}`);
      clear();
      if (!line) return;
      if (line.mark === 'doing' && screen.isTTY) {
        screen.write(fitted(`${symbols.doing} ${line.text}`, screen.columns));
        transient = true;
      } else if (line.mark !== 'doing') {
        screen.write(`${symbols[line.mark]} ${line.text}\n`);
      }
    },
    say(text) {
      if (screen.isTTY) {
        clear();
        screen.write(fitted(`${symbols.doing} ${pc.dim(text)}`, screen.columns));
        transient = true;
      } else if (monotonic() - said >= plainEvery) {
        said = monotonic();
        screen.write(`  ${text}\n`);
      }
    },
  };
}

/** One NDJSON line an event, exactly as journalled. */
export function jsonPrinter(screen: Screen): RunPrinter {
  return {
    event: (event) => screen.write(`${JSON.stringify(event)}\n`),
    say: () => undefined,
  };
}

function fitted(line: string, columns: number): string {
  return line.length > columns + 20 ? `${line.slice(0, columns + 19)}…` : line;
}
