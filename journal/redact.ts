import type { Json, JsonObject } from '../contract/json.js';
import { plainText, unfinishedTail, withoutCommands } from './plain-text.js';
import { secretForms } from './secret-forms.js';

export const mask = '***';

const longestText = 4_000;
const longestStream = 65_536;
const longestLine = 8_192;

/** Takes the values of secrets out of text, in every form of secret-forms.ts. */
export class Redactor {
  readonly #pattern: RegExp | undefined;
  /** Length of the longest form, in characters. */
  readonly longest: number;

  constructor(secrets: Iterable<string>) {
    const forms = secretForms(secrets);
    this.longest = forms[0]?.length ?? 0;
    const alternatives = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
    this.#pattern = forms.length === 0 ? undefined : new RegExp(alternatives.join('|'), 'g');
  }

  /** Only the secrets are masked; nothing else changes. */
  mask(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, mask) : text;
  }

  /** Where secrets stand: [begin, end) of each. */
  find(text: string): { readonly begin: number; readonly end: number }[] {
    if (!this.#pattern) return [];
    return [...text.matchAll(this.#pattern)].map(({ index, 0: found }) => ({
      begin: index,
      end: index + found.length,
    }));
  }

  /** Masked, plain, harmless to a CI system, and no longer than `limit` characters and a note about the rest. */
  text(text: string, limit = longestText): string {
    return shorten(withoutCommands(this.mask(plainText(text))), limit);
  }

  /** Every text in it, names included. */
  json<Value extends Json>(value: Value): Value;
  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item: Json) => this.json(item));
    if (value === null || typeof value !== 'object') return value;
    const members = Object.entries(value as JsonObject).map(([key, member]) => [this.mask(key), this.json(member)]);
    return Object.fromEntries(members) as JsonObject;
  }

  /** For text that arrives in pieces. */
  stream(limit = longestStream): RedactedStream {
    return new RedactedStream(this, limit);
  }
}

/** Gives out whole lines, as soon as no secret can begin in them and end in what is still to come. */
export class RedactedStream {
  readonly #redactor: Redactor;
  #left: number;
  #raw = '';
  #plain = '';
  #withinLine = false;

  constructor(redactor: Redactor, limit: number) {
    this.#redactor = redactor;
    this.#left = limit;
  }

  push(chunk: string): string {
    this.#raw += chunk;
    this.#take(this.#raw.length - unfinishedTail(this.#raw));
    return this.#give(this.#plain.length - Math.max(this.#redactor.longest - 1, 0), false);
  }

  end(): string {
    this.#take(this.#raw.length);
    return this.#give(this.#plain.length, true);
  }

  #take(length: number): void {
    this.#plain += plainText(this.#raw.slice(0, length));
    this.#raw = this.#raw.slice(length);
  }

  #give(safe: number, all: boolean): string {
    const cut = all ? this.#plain.length : this.#cutAt(safe);
    if (cut <= 0) return '';
    const ready = this.#redactor.mask(this.#plain.slice(0, cut));
    this.#plain = this.#plain.slice(cut);
    // A line that goes on cannot begin a command.
    const harmless = this.#withinLine ? withoutCommands(`.${ready}`).slice(1) : withoutCommands(ready);
    this.#withinLine = !ready.endsWith('\n');
    return this.#limited(harmless);
  }

  #cutAt(safe: number): number {
    const newline = this.#plain.lastIndexOf('\n', safe - 1) + 1;
    let cut = newline > 0 || this.#plain.length <= longestLine + this.#redactor.longest ? newline : safe;
    // Neither through a secret nor through the mark of a command.
    const found = this.#redactor.find(this.#plain);
    for (;;) {
      const before = cut;
      for (const { begin, end } of found) if (begin < cut && end > cut) cut = begin;
      while (cut > 0 && this.#plain[cut - 1] === '#') cut -= 1;
      if (cut === before) break;
    }
    return cut;
  }

  #limited(text: string): string {
    if (this.#left < 0) return '';
    const kept = text.slice(0, this.#left);
    const over = text.length > this.#left;
    this.#left = over ? -1 : this.#left - text.length;
    return over ? `${kept}\n… the rest of this output is left out\n` : kept;
  }
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} characters more)`;
}
