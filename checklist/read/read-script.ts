/** One simple command of a script, as far as its words can be told without running it. */
export interface ScriptCommand {
  readonly words: readonly string[];
  /** As written, words with their quotes. */
  readonly raw: readonly string[];
  /** Lines below the script's first. */
  readonly below: number;
  /** What is read from and written to. */
  readonly redirects: readonly { readonly operator: string; readonly target: string }[];
  /** Text of a here-document. */
  readonly input: string | undefined;
  /** The operator behind it: what ties it to the next. */
  readonly then: string;
}

const operators = ['&&', '||', ';;', ';', '|', '&', '(', ')'] as const;

/** Splits a shell script into its commands: quotes, substitutions, comments, continued lines and here-documents are known. */
export function readScript(script: string): ScriptCommand[] {
  return new ScriptReader(script.replaceAll('\r\n', '\n')).read();
}

class ScriptReader {
  readonly #text: string;
  readonly #commands: ScriptCommand[] = [];
  #at = 0;
  #line = 0;
  #words: string[] = [];
  #raw: string[] = [];
  #redirects: { operator: string; target: string }[] = [];
  #began = 0;
  #awaited: { readonly end: string; readonly command: number }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): ScriptCommand[] {
    while (this.#at < this.#text.length) this.#next();
    this.#finish('');
    return this.#commands;
  }

  #next(): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const [character = ''] = rest;
    const redirect = /^\d?(?:<<-?|>>|>&|<|>)/.exec(rest)?.[0];
    const operator = operators.find((each) => rest.startsWith(each));
    if (rest.startsWith('\\\n')) this.#skip(2);
    else if (character === '\n') {
      this.#finish('\n');
      this.#skip(1);
      this.#hereDocuments();
    } else if (character === ' ' || character === '\t') this.#skip(1);
    else if (character === '#') this.#skip(this.#lengthOfLine());
    else if (redirect !== undefined) this.#redirect(redirect);
    else if (operator === undefined) this.#word();
    else {
      this.#finish(operator);
      this.#skip(operator.length);
    }
  }

  #skip(count: number): void {
    this.#line += this.#text.slice(this.#at, this.#at + count).split('\n').length - 1;
    this.#at += count;
  }

  #lengthOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return (end < 0 ? this.#text.length : end) - this.#at;
  }

  #word(): void {
    if (this.#words.length === 0) this.#began = this.#line;
    const { raw, value } = this.#take();
    this.#raw.push(raw);
    this.#words.push(value);
  }

  #take(): { raw: string; value: string } {
    let value = '';
    const from = this.#at;
    while (this.#at < this.#text.length && !/[\s;&|<>()]/.test(this.#text[this.#at] ?? '')) {
      const piece = pieceAt(this.#text, this.#at);
      value += piece.value;
      this.#skip(piece.length);
    }
    if (this.#at === from) this.#skip(1);
    return { raw: this.#text.slice(from, this.#at), value };
  }

  #redirect(operator: string): void {
    if (this.#words.length === 0) this.#began = this.#line;
    this.#skip(operator.length);
    while (/[ \t]/.test(this.#text[this.#at] ?? '')) this.#skip(1);
    const { value } = this.#take();
    if (/<<-?$/.test(operator)) this.#awaited.push({ end: value, command: this.#commands.length });
    else this.#redirects.push({ operator, target: value });
  }

  #hereDocuments(): void {
    for (const { end, command } of this.#awaited) {
      const lines: string[] = [];
      while (this.#at < this.#text.length) {
        const line = this.#text.slice(this.#at, this.#at + this.#lengthOfLine());
        this.#skip(line.length + 1);
        if (line.trim() === end) break;
        lines.push(line);
      }
      const found = this.#commands[command];
      if (found) this.#commands[command] = { ...found, input: lines.join('\n') };
    }
    this.#awaited = [];
  }

  #finish(then: string): void {
    if (this.#words.length > 0 || this.#redirects.length > 0) {
      const { words, raw, redirects } = { words: this.#words, raw: this.#raw, redirects: this.#redirects };
      this.#commands.push({ words, raw, redirects, below: this.#began, input: undefined, then });
    }
    this.#words = [];
    this.#raw = [];
    this.#redirects = [];
  }
}

/** A quoted part, a substitution or one character, from a place in a word. */
function pieceAt(text: string, at: number): { length: number; value: string } {
  const character = text[at] ?? '';
  if (character === '\\') return { length: 2, value: text[at + 1] === '\n' ? '' : (text[at + 1] ?? '') };
  if (character === "'") {
    const end = text.indexOf("'", at + 1);
    const to = end < 0 ? text.length : end;
    return { length: to - at + 1, value: text.slice(at + 1, to) };
  }
  if (character === '"') return doubleQuoted(text, at);
  if (text.startsWith('$(', at)) {
    const length = lengthOfSubstitution(text, at);
    return { length, value: text.slice(at, at + length) };
  }
  return { length: 1, value: character };
}

function doubleQuoted(text: string, at: number): { length: number; value: string } {
  let value = '';
  let index = at + 1;
  while (index < text.length && text[index] !== '"') {
    if (text[index] === '\\') {
      value += text[index + 1] ?? '';
      index += 2;
    } else if (text.startsWith('$(', index)) {
      const length = lengthOfSubstitution(text, index);
      value += text.slice(index, index + length);
      index += length;
    } else {
      value += text[index] ?? '';
      index += 1;
    }
  }
  return { length: index - at + 1, value };
}

function lengthOfSubstitution(text: string, at: number): number {
  let depth = 0;
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index - at + 1;
  }
  return text.length - at;
}
