/** Names of what was made earlier in the same run; `public.x` and `x` are one, as with the usual search_path. */
export class FreshNames {
  readonly #names = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  #statement = 0;

  /** What is added from now on is fresh for later statements only. */
  nextStatement(): void {
    this.#statement += 1;
  }

  add(name: string): void {
    this.#names.set(bare(name), this.#statement);
  }

  delete(name: string): void {
    if (this.#names.delete(bare(name))) this.#dropped.set(bare(name), this.#statement);
  }

  has(name: string): boolean {
    return this.#names.has(bare(name));
  }

  /** Made before this statement, which may drop it. */
  hadBefore(name: string): boolean {
    const made = this.#names.get(bare(name));
    return made === undefined ? this.#dropped.get(bare(name)) === this.#statement : made < this.#statement;
  }
}

function bare(name: string): string {
  return name.replace(/^public\./, '');
}
