export interface Work {
  readonly signal: AbortSignal;
  /** Progress for people; not journalled. */
  say(line: string): void;
}
