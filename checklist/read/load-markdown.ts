import type { Token } from 'markdown-it';

export type ParseMarkdown = (text: string) => Token[];

let loaded: Promise<ParseMarkdown> | undefined;

/** The parser of CommonMark with GitHub's tables. Loaded when the first checklist is read. */
export function loadMarkdown(): Promise<ParseMarkdown> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ParseMarkdown> {
  const { default: MarkdownIt } = await import('markdown-it');
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  return (text) => markdown.parse(text, {});
}
