import type { Check } from '../doctor/check.js';

const words = { yes: 'ok', no: 'WRONG', unknown: '?' } as const;

/** One line a check; below a bad one what to do. */
export function checkLines(checks: readonly Check[]): string[] {
  const wrong = checks.filter(({ answer }) => answer === 'no').length;
  return [
    ...checks.flatMap(({ name, answer, because, mend }) => [
      `${words[answer].padEnd(6)} ${name.padEnd(14)} ${because.replaceAll('\n', `\n${' '.repeat(22)}`)}`,
      ...(mend === undefined ? [] : [`${' '.repeat(22)}→ ${mend}`]),
    ]),
    wrong === 0 ? 'nothing is wrong' : `${wrong} of ${checks.length} ${wrong === 1 ? 'is' : 'are'} wrong`,
  ];
}
