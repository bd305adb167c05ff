import type { Message, OutboxLine, Tell } from '../contract/outbox.js';

export type LetterStatus = 'waiting' | 'delivered' | 'given-up' | 'superseded';

/** One message to one receiver, and how far it has come. */
export interface Letter {
  /** Of the line that queued it. */
  readonly sequence: number;
  readonly message: Message;
  readonly status: LetterStatus;
  readonly queuedAt: string;
  readonly attempts: number;
  /** What the newest attempt came to. */
  readonly says: string | undefined;
  /** A process has it for itself until then. */
  readonly takenUntil: string | undefined;
  readonly lastTry: string | undefined;
  /** What the receiver calls it. */
  readonly reference: string | undefined;
}

export interface OutboxState {
  /** Undefined before a run has said whom it tells what. */
  readonly tells: readonly Tell[] | undefined;
  readonly letters: readonly Letter[];
}

export interface NumberedLine {
  readonly sequence: number;
  readonly line: OutboxLine;
}

/** Pure. What was delivered stays so, whatever a slower process says afterwards. */
export function foldOutbox(lines: readonly NumberedLine[]): OutboxState {
  let tells: readonly Tell[] | undefined;
  const letters = new Map<number, Letter>();
  for (const { sequence, line } of lines) {
    if (line.kind === 'opened') {
      tells ??= line.tells;
    } else if (line.kind === 'queued') {
      letters.set(sequence, queued(sequence, line));
    } else {
      const letter = letters.get(line.of);
      if (letter && letter.status !== 'delivered') letters.set(line.of, { ...letter, ...changed(letter, line) });
    }
  }
  return { tells, letters: [...letters.values()] };
}

function queued(sequence: number, { message, at }: Extract<OutboxLine, { kind: 'queued' }>): Letter {
  const nothing = { says: undefined, takenUntil: undefined, lastTry: undefined, reference: undefined };
  return { sequence, message, status: 'waiting', queuedAt: at, attempts: 0, ...nothing };
}

function changed(letter: Letter, line: Exclude<OutboxLine, { kind: 'opened' | 'queued' }>): Partial<Letter> {
  switch (line.kind) {
    case 'taken':
      return { attempts: letter.attempts + 1, takenUntil: line.until, lastTry: line.at };
    case 'failed':
      return { says: line.says, takenUntil: undefined };
    case 'delivered':
      return { status: 'delivered', reference: line.reference, takenUntil: undefined };
    case 'given-up':
      return { status: 'given-up', says: line.says, takenUntil: undefined };
    case 'superseded':
      return { status: 'superseded', takenUntil: undefined };
  }
}

const firstPause = 2_000;
const longestPause = 1_800_000;

/** Milliseconds on the wall clock from which on a waiting letter is tried (again); Infinity for the others. */
export function dueAt(letter: Letter): number {
  if (letter.status !== 'waiting') return Infinity;
  if (letter.takenUntil !== undefined) return Date.parse(letter.takenUntil);
  if (letter.lastTry === undefined) return 0;
  return Date.parse(letter.lastTry) + Math.min(longestPause, firstPause * 2 ** (letter.attempts - 1));
}
