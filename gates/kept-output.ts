import { StringDecoder } from 'node:string_decoder';
import type { RedactedText } from './surroundings.js';

const head = 32_768;
const tail = 65_536;
/** Beyond this nothing is looked at any more: a command that floods must not keep its judge busy. */
const readAtMost = 4_194_304;

/** What a command says, without its secrets: the beginning and the end of it. */
export class KeptOutput {
  bytes = 0;
  /** What it must hold has been seen. */
  found = false;
  readonly #redacted: RedactedText;
  readonly #wanted: string | undefined;
  readonly #decoder = new StringDecoder('utf8');
  #first = '';
  #last = '';
  #leftOut = false;
  #window = '';

  constructor(redacted: RedactedText, wanted: string | undefined) {
    this.#redacted = redacted;
    this.#wanted = wanted;
  }

  take(chunk: Buffer): void {
    const room = readAtMost - this.bytes;
    this.bytes += chunk.length;
    if (room <= 0) {
      this.#leftOut = true;
      return;
    }
    const text = this.#decoder.write(chunk);
    this.#search(text);
    this.#keep(this.#redacted.push(text));
  }

  /** Everything that is kept of it. */
  end(): string {
    this.#keep(this.#redacted.push(this.#decoder.end()));
    this.#keep(this.#redacted.end());
    return this.#leftOut
      ? `${this.#first}\n… a part of this output is left out …\n${this.#last}`
      : this.#first + this.#last;
  }

  /** Also where it comes in two pieces. */
  #search(text: string): void {
    if (this.#wanted === undefined || this.found) return;
    this.#window = this.#window.slice(-(this.#wanted.length - 1 || this.#window.length)) + text;
    this.found = this.#window.includes(this.#wanted);
  }

  #keep(text: string): void {
    const room = head - this.#first.length;
    this.#first += text.slice(0, room);
    this.#last += text.slice(room);
    if (this.#last.length <= tail) return;
    this.#last = this.#last.slice(-tail);
    this.#leftOut = true;
  }
}
