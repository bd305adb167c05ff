import type { Finding, PlacedCommand, Rule } from './finding.js';

const clock = /\$\(\s*date\b[^)]*\)|`date\b[^`]*`/g;

/** The text around a call of the clock in a word: what the name begins and ends with. */
function names({ raw, redirects }: PlacedCommand): string[] {
  if (raw[0] === 'echo' || raw[0] === 'printf') return redirects.map(({ target }) => named(target)).filter(isName);
  return [...raw, ...redirects.map(({ target }) => target)].map(named).filter(isName);
}

function named(word: string): string {
  return word.replaceAll(/["']/g, '').replaceAll(clock, '<clock>');
}

function isName(word: string): boolean {
  return /^\S*[\w.-]<clock>\S*$/.test(word);
}

/** The clock has moved on between two calls: the second name is another one. */
const twice: Rule = ({ commands }) => {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  for (const command of commands) {
    for (const name of names(command)) {
      // An assignment keeps the name; a day alone rarely changes while somebody types.
      if (/^\w+=/.test(name) || !finerThanDay(command)) continue;
      const stem = stemOf(name);
      const first = seen.get(stem);
      if (first === undefined) seen.set(stem, command.line);
      else if (first !== command.line) findings.push(finding(stem, command.line, first));
    }
  }
  return findings;
};

function finerThanDay({ raw, redirects }: PlacedCommand): boolean {
  const text = [...raw, ...redirects.map(({ target }) => target)].join(' ');
  return (text.match(clock) ?? []).some(
    (call) => !/\+["']?%Y[-_]?%m[-_]?%d["']?\)?$|\+["']?%F["']?\)?$/.test(call.replace(/[)`]$/, '')),
  );
}

function stemOf(name: string): string {
  return (name.split('=').at(-1) ?? name).replace(/^.*[/\\]/, '').replace(/<clock>.*$/, '<clock>');
}

function finding(stem: string, line: number, first: number): Finding {
  return {
    code: 'name-from-clock-twice',
    lines: [line, first],
    because: `the name ${stem.replace('<clock>', '…')} is made from the clock here and on line ${first}: a second later it is another name, and looks for what was never made`,
    better: 'make the name once, keep it in a variable, and use that',
  };
}

const month = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dates =
  /\b(20\d\d)-(\d\d)-(\d\d)\b|\b(january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2}(?:\s?[-–]\s?\d{1,2})?,?\s+(20\d\d)\b/gi;

/** A day that the plan names, two months away from another one: a line of an earlier release. */
const stale: Rule = ({ document }) => {
  const planned = document.source.lines.flatMap(({ text }, index) => {
    if (!/\b(?:start|date|when|target|window|schedul|week of|deploy(?:ment)? on|planned|go[- ]live)/i.test(text))
      return [];
    if (/\b(?:created|updated|last|version|revision|migrat|since|reviewed)\b/i.test(text)) return [];
    return [...text.matchAll(dates)].map((match) => ({ line: index + 1, day: dayOf(match) }));
  });
  return planned.flatMap(({ line, day }): Finding[] => {
    const later = planned.find((other) => other.day - day > 60);
    return later
      ? [
          {
            code: 'stale-date',
            lines: [line, later.line],
            because: `this day lies ${Math.round(later.day - day)} days before the one of line ${later.line}: it was left from an earlier release`,
            better: 'let the run fill dates in: {{started}} in a template',
          },
        ]
      : [];
  });
};

/** Days since 1970. */
function dayOf(match: RegExpMatchArray): number {
  const [, year, monthNumber, day, name, namedYear] = match;
  const index = monthNames.indexOf(month.exec(name ?? '')?.[0].toLowerCase() ?? '');
  const at =
    name === undefined
      ? Date.UTC(Number(year), Number(monthNumber) - 1, Number(day))
      : Date.UTC(Number(namedYear), index, 1);
  return at / 86_400_000;
}

export const clockRules: readonly Rule[] = [twice, stale];
