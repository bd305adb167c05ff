type Plain = string | readonly string[] | { readonly [key: string]: Plain };

/**
 * The common case of an annotation, ten times as fast as a whole YAML parser: keys with words, lists of words and maps of
 * such, none of them quoted. Undefined for everything else, which YAML itself then reads; a test compares the two.
 */
export function readPlainFlow(text: string): Readonly<Record<string, unknown>> | undefined {
  const reader = new FlowReader(text.trim());
  const read = reader.map('');
  return read !== undefined && reader.atEnd() ? read : undefined;
}

const key = /([a-zA-Z][\w-]*): /y;
/** Nothing that means something to YAML, and no blank at its ends. */
const word = /[\w/](?:[\w /.%-]*[\w/.%])?/y;

class FlowReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Up to `end`, which is taken too. */
  map(end: string): Record<string, Plain> | undefined {
    const read: Record<string, Plain> = {};
    do {
      const name = this.#take(key)?.[1];
      if (name === undefined || Object.hasOwn(read, name)) return undefined;
      const value = this.#value();
      if (value === undefined) return undefined;
      read[name] = value;
    } while (this.#skip(', '));
    return this.#skip(end) ? read : undefined;
  }

  #value(): Plain | undefined {
    if (this.#skip('{')) return this.map('}');
    return this.#skip('[') ? this.#list() : this.#take(word)?.[0];
  }

  #list(): string[] | undefined {
    const items: string[] = [];
    do {
      const item = this.#take(word)?.[0];
      if (item === undefined) return undefined;
      items.push(item);
    } while (this.#skip(', '));
    return this.#skip(']') ? items : undefined;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found ?? undefined;
  }

  #skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
