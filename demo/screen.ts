import pc from 'picocolors';

const width = 100;
const longestQuote = 140;

/** What the screen needs of a stream. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

/** Where the demo tells its story: lines that stay, and in a terminal one line at the bottom that is always rewritten. */
export class Screen {
  readonly #out: Output;
  #status = '';
  #closed = false;

  constructor(out: Output = process.stdout) {
    this.#out = out;
  }

  /** `aside` stands at the right end of the line. */
  title(text: string, aside = ''): void {
    const end = aside === '' ? '' : ` ${aside} ━━`;
    this.line();
    this.line(pc.bold(`━━ ${text} ${'━'.repeat(Math.max(2, width - text.length - 4 - end.length))}${end}`));
  }

  /** What is going on, and what there is to see, beside each other. */
  explain(label: string, text: string): void {
    const [first = '', ...others] = wrapped(text, width - 14);
    this.line(`  ${pc.dim(label.padEnd(12))}${first}`);
    for (const line of others) this.line(`  ${' '.repeat(12)}${line}`);
  }

  command(words: readonly string[]): void {
    this.line();
    this.line(`  ${pc.cyan('$')} ${pc.bold(words.map(quoted).join(' '))}`);
  }

  /** A line of somebody else's output, cut to the width: what counts in it is said as a fact. */
  quote(text: string): void {
    const room = (this.#out.isTTY ? this.#out.columns : longestQuote) - 5;
    this.line(`  ${pc.dim('│')} ${text.length > room ? `${text.slice(0, room)}…` : text}`);
  }

  fact(holds: boolean, text: string): void {
    const [first = '', ...others] = wrapped(text, width - 6);
    this.line(`  ${holds ? pc.green('✔') : pc.red('✘')} ${first}`);
    for (const line of others) this.line(`    ${line}`);
  }

  row(label: string, text: string): void {
    this.line(`  ${label.padEnd(34)}${text}`);
  }

  /** Nothing is shown after this line. */
  close(text: string): void {
    this.status('');
    this.line(text);
    this.#closed = true;
  }

  line(text = ''): void {
    if (this.#closed) return;
    this.#clear();
    this.#out.write(`${text}\n`);
    this.#show();
  }

  /** Shown in a terminal only. */
  status(text: string): void {
    if (this.#closed) return;
    this.#clear();
    this.#status = text;
    this.#show();
  }

  #clear(): void {
    if (this.#out.isTTY && this.#status !== '') this.#out.write('\r\u001b[2K');
  }

  #show(): void {
    if (this.#out.isTTY && this.#status !== '') this.#out.write(this.#status);
  }
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** As somebody would type it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
