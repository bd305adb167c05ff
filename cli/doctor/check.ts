/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `unknown`: it couldn't be looked at, because something before it is wrong. */
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly because: string;
  /** What to do about a no. */
  readonly mend?: string;
}

export function fine(name: string, because: string): Check {
  return { name, answer: 'yes', because };
}

export function wrong(name: string, because: string, mend: string | undefined): Check {
  return { name, answer: 'no', because, ...(mend === undefined ? {} : { mend }) };
}
