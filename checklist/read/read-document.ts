import type { Token } from 'markdown-it';
import { annotationPattern, readAnnotation, type Annotation } from './annotation.js';
import { contentColumn } from './content-column.js';
import type { Block, Cell, Document, Entry, EntryKind, Insertion, Section } from './document.js';
import { plainText } from './plain-text.js';
import { withoutFrontMatter } from './front-matter.js';
import type { ParseMarkdown } from './load-markdown.js';
import type { Source } from './source.js';

/** What an annotation may speak of. */
interface Target {
  readonly annotations: Annotation[];
}

/** A list item, a quotation, or the document: what stands before in the same one is what a comment speaks of. */
interface Container {
  readonly item: Mutable<Entry> | undefined;
  readonly list: { readonly ordered: boolean; readonly id: number } | undefined;
  readonly number: number | undefined;
  readonly indent: number;
  readonly quoted: boolean;
  last: Target | undefined;
  intro: string;
  /** What led up to the list that this is an item of. */
  readonly listIntro: string;
}

type Mutable<Part> = { -readonly [Key in keyof Part]: Part[Key] };

/** Reads Markdown into sections, entries and blocks, each with its line. Pure; never throws for what is written. */
export function readDocument(source: Source, parse: ParseMarkdown): Document {
  return new Reader(source).read(parse(withoutFrontMatter(source)));
}

class Reader {
  readonly #source: Source;
  readonly #sections: Section[];
  readonly #entries: Entry[] = [];
  readonly #blocks: Block[] = [];
  readonly #document: Target = { annotations: [] };
  readonly #misplaced: Annotation[] = [];
  readonly #containers: Container[];
  #section: Section;
  #lists = 0;
  #table: { heads: string[]; cells: string[]; row: number; end: number; inHead: boolean } | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#section = { title: '', depth: 0, line: 1, isTitle: false, parent: undefined, annotations: [] };
    this.#sections = [this.#section];
    this.#containers = [
      {
        item: undefined,
        list: undefined,
        number: undefined,
        indent: 0,
        quoted: false,
        last: undefined,
        intro: '',
        listIntro: '',
      },
    ];
  }

  read(tokens: readonly Token[]): Document {
    for (const [index, token] of tokens.entries()) this.#take(token, tokens, index);
    return {
      source: this.#source,
      sections: this.#sections,
      entries: this.#entries,
      blocks: this.#blocks,
      annotations: this.#document.annotations,
      misplaced: this.#misplaced,
    };
  }

  get #container(): Container {
    const container = this.#containers.at(-1);
    if (!container) throw new Error('a closing token without its opening one');
    return container;
  }

  #take(token: Token, tokens: readonly Token[], index: number): void {
    switch (token.type) {
      case 'heading_open':
        this.#heading(token, tokens[index + 1]);
        return;
      case 'bullet_list_open':
      case 'ordered_list_open':
        this.#lists += 1;
        return;
      case 'list_item_open':
        this.#openItem(token);
        return;
      case 'blockquote_open':
        this.#containers.push({ ...this.#container, quoted: true, last: undefined, intro: '' });
        return;
      case 'list_item_close':
      case 'blockquote_close':
        this.#containers.pop();
        // A comment after a list speaks of the item around it, never of one of the list's.
        this.#container.last = this.#container.item;
        return;
      case 'paragraph_open':
        this.#paragraph(tokens[index + 1]);
        return;
      case 'fence':
      case 'code_block':
        this.#block(token);
        return;
      case 'html_block':
        this.#html(token);
        return;
      default:
        this.#tablePart(token, tokens[index + 1]);
        return;
    }
  }

  #heading(token: Token, inline: Token | undefined): void {
    const depth = Number(token.tag.slice(1));
    let parent: Section | undefined = this.#section;
    while (parent !== undefined && parent.depth >= depth) parent = parent.parent;
    const isTitle = depth === 1 && this.#sections.length === 1;
    const section: Section = { title: plainText(inline), depth, line: lineOf(token), isTitle, parent, annotations: [] };
    this.#section = section;
    this.#sections.push(section);
    this.#container.last = section;
    this.#container.intro = '';
    this.#inline(inline, section);
  }

  #openItem(token: Token): void {
    const around = this.#container;
    const line = lineOf(token);
    const ordered = token.info !== '';
    this.#containers.push({
      item: undefined,
      list: { ordered, id: this.#lists },
      number: ordered ? Number(token.info) : undefined,
      indent: contentColumn(this.#source.lines[line - 1]?.text ?? '', around.indent),
      quoted: around.quoted,
      last: undefined,
      intro: '',
      listIntro: around.intro,
    });
  }

  /** The first paragraph of a list item is its text. */
  #paragraph(inline: Token | undefined): void {
    const container = this.#container;
    const text = plainText(inline);
    const first = container.list !== undefined && container.item === undefined;
    const task = /^\[([ xX])\](?:\s+|$)/.exec(text);
    const kind: EntryKind = !first ? 'paragraph' : task ? 'task' : container.list.ordered ? 'numbered' : 'bullet';
    const entry: Entry = {
      ...this.#entry(kind, kind === 'task' ? text.slice(task?.[0].length) : text, inline, container.indent),
      done: kind === 'task' && task?.[1] !== ' ',
      number: first ? container.number : undefined,
      list: first ? container.list.id : 0,
    };
    if (entry.text.trim() === '' && kind === 'paragraph') {
      this.#inline(inline, container.last ?? this.#document);
      return;
    }
    this.#entries.push(entry);
    if (first)
      this.#containers[this.#containers.length - 1] = { ...container, item: entry, last: entry, intro: entry.text };
    else {
      container.last = container.item ?? entry;
      container.intro = entry.text;
    }
    this.#inline(inline, entry.kind === 'paragraph' && container.item ? container.item : entry);
  }

  #entry(kind: EntryKind, text: string, token: Token | undefined, indent: number): Entry {
    const container = this.#container;
    const after = token?.map?.[1] ?? 0;
    const place: Insertion = container.quoted ? undefined : { after, indent };
    return {
      kind,
      text,
      line: lineOf(token),
      section: this.#section,
      parent: this.#itemAround(kind === 'paragraph' ? 1 : 2),
      intro: kind === 'paragraph' || kind === 'row' ? container.intro : container.listIntro,
      done: false,
      number: undefined,
      list: 0,
      cells: [],
      blocks: [],
      place,
      annotations: [],
      quoted: container.quoted,
    };
  }

  #itemAround(from: number): Entry | undefined {
    return this.#containers.slice(0, this.#containers.length - from + 1).findLast(({ item }) => item !== undefined)
      ?.item;
  }

  #block(token: Token): void {
    const container = this.#container;
    const block: Block = {
      language: /^[\w+#-]*/.exec(token.info.trim())?.[0].toLowerCase() ?? '',
      text: token.content,
      line: lineOf(token) + (token.type === 'fence' ? 1 : 0),
      section: this.#section,
      entry: container.item,
      intro: container.intro,
      place: container.quoted ? undefined : { after: this.#endOfBlock(token), indent: container.indent },
      annotations: [],
    };
    this.#blocks.push(block);
    container.item?.blocks.push(block);
    container.last = container.item ?? block;
    container.intro = '';
  }

  /** An indented block claims the blank lines after it, and a fence that is never closed all the rest. */
  #endOfBlock(token: Token): number {
    let [, end] = token.map ?? [0, 0];
    while (end > 0 && (this.#source.lines[end - 1]?.text ?? '').trim() === '') end -= 1;
    return end;
  }

  #html(token: Token): void {
    this.#annotations(token.content, lineOf(token), this.#container.last ?? this.#firstTarget());
    if (/^<!--/.test(token.content.trim())) return;
    const text = token.content
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/[ \t]+/g, ' ')
      .trim();
    if (text !== '') this.#entries.push({ ...this.#entry('paragraph', text, token, 0), place: undefined });
  }

  /** Before everything else, a comment speaks of the document; a list item may consist of one. */
  #firstTarget(): Target | undefined {
    return this.#containers.length === 1 && this.#entries.length === 0 && this.#blocks.length === 0
      ? this.#document
      : this.#container.item;
  }

  #inline(inline: Token | undefined, target: Target, line = lineOf(inline)): void {
    if (inline?.content.includes('<!--') !== true) return;
    const said = (inline.children ?? []).filter(({ type }) => type === 'html_inline').map(({ content }) => content);
    let from = line;
    for (const comment of said) {
      const first = comment.split('\n', 1)[0] ?? '';
      const lines = this.#source.lines;
      while (from < (inline.map?.[1] ?? from) && lines[from - 1]?.text.includes(first) !== true) from += 1;
      this.#annotations(comment, from, target);
    }
  }

  #annotations(text: string, line: number, target: Target | undefined): void {
    for (const { 1: mark = '', 2: said = '', index } of text.matchAll(annotationPattern)) {
      const annotation = readAnnotation(mark, said, line + text.slice(0, index).split('\n').length - 1);
      const ofAll = 'counts' in annotation.values || 'roles' in annotation.values;
      (ofAll ? this.#document.annotations : (target?.annotations ?? this.#misplaced)).push(annotation);
    }
  }

  #tablePart(token: Token, next: Token | undefined): void {
    if (token.type === 'table_open') {
      this.#table = { heads: [], cells: [], row: 0, end: token.map?.[1] ?? 0, inHead: false };
    }
    const table = this.#table;
    if (!table) return;
    if (token.type === 'tr_open') table.row = lineOf(token);
    if (token.type === 'th_open') table.heads.push(plainText(next));
    if (token.type === 'td_open') table.cells.push(plainText(next));
    if (token.type === 'tr_close' && table.cells.length > 0) this.#row(table);
    if (token.type === 'table_close') this.#table = undefined;
    if (token.type === 'td_open' || token.type === 'th_open') {
      this.#inline(next, { annotations: this.#misplaced }, table.row);
    }
  }

  #row(table: { heads: string[]; cells: string[]; row: number; end: number }): void {
    const cells: Cell[] = table.cells.map((text, index) => ({ head: table.heads[index] ?? '', text }));
    const text = table.cells.join(' | ');
    const entry = this.#entry('row', text, undefined, this.#container.indent);
    const place: Insertion = this.#container.quoted ? undefined : { after: table.end, indent: this.#container.indent };
    const row: Entry = { ...entry, line: table.row, cells, place };
    this.#entries.push(row);
    this.#container.last = row;
    table.cells = [];
  }
}

function lineOf(token: Token | undefined): number {
  return (token?.map?.[0] ?? 0) + 1;
}
