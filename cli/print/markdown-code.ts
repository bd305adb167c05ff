/**
 * Foreign text as a code span of GitHub's Markdown: nothing in it is markup, a link, a mention or HTML. The fence is
 * longer than any in the text (CommonMark 0.31, 6.1).
 */
export function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const fence = '`'.repeat(longestRun(line) + 1);
  return line === '' ? '` `' : `${fence} ${line} ${fence}`;
}

/** Foreign text of several lines, each line as it is (CommonMark 0.31, 4.5). */
export function codeBlock(text: string, language = 'text'): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
