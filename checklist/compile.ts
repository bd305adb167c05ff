import type { z } from 'zod';
import { ConfigurationError } from '../contract/errors.js';
import type { Checklist, ChecklistItem, Problem } from '../contract/checklist.js';
import { parse } from '../contract/parse.js';
import {
  documentAnnotationSchema,
  itemAnnotationSchema,
  sectionAnnotationSchema,
  type DocumentAnnotation,
  type ItemAnnotation,
  type SectionAnnotation,
} from './annotation-schema.js';
import { checkOf } from './check-of.js';
import { deriveIds } from './item-ids.js';
import { momentOf } from './moment.js';
import { problemsOfNeeds, problemsOfRoles, type PlacedItem } from './item-problems.js';
import type { Annotation } from './read/annotation.js';
import { pathOf, type Block, type Document, type Entry, type Section } from './read/document.js';

export interface Compiled {
  readonly checklist: Checklist;
  /** Nothing of it may be carried out while there is one. In order of lines. */
  readonly problems: readonly Problem[];
}

/** Role of a sign-off where nothing names one. */
const DEFAULT_ROLE = 'operator';

interface Found {
  readonly entry: Entry | Block;
  readonly title: string;
  readonly line: number;
  readonly said: ItemAnnotation;
  readonly annotation: Annotation | undefined;
}

/** From what was read to what a run carries out. Pure. */
export function compile(document: Document): Compiled {
  return new Compiler(document).compile();
}

/** The checklist alone; throws ConfigurationError with every problem, each with file and line. */
export function compiledOrRefused(document: Document): Checklist {
  const { checklist, problems } = compile(document);
  if (problems.length === 0) return checklist;
  const { file } = document.source;
  throw new ConfigurationError(problems.map(({ line, says }) => `${file}:${line}: ${says}`).join('\n'), {
    hint: 'nothing was carried out; docs/checklists.md lists what an annotation may say',
  });
}

class Compiler {
  readonly #document: Document;
  readonly #problems: Problem[] = [];
  readonly #sections = new Map<Section, SectionAnnotation>();
  #own: DocumentAnnotation = {};

  constructor(document: Document) {
    this.#document = document;
  }

  compile(): Compiled {
    const { source, sections, misplaced } = this.#document;
    for (const { line, problems } of misplaced) {
      const says = 'this annotation speaks of nothing: it belongs to the end of an item, or on a line right after it';
      this.#problems.push(...(problems.length > 0 ? problems : [{ line, says }]));
    }
    this.#own = this.#readOwn();
    for (const section of sections) this.#sections.set(section, this.#readSection(section));
    const found = this.#find();
    const items = this.#withIds(found);
    this.#problems.push(...problemsOfNeeds(items), ...(this.#own.roles ? problemsOfRoles(items, this.#own.roles) : []));
    const title = sections.find(({ isTitle }) => isTitle)?.title ?? source.file;
    const checklist = { file: source.file, title, roles: this.#own.roles ?? {}, items: items.map(({ item }) => item) };
    return { checklist, problems: this.#problems.sort((one, other) => one.line - other.line) };
  }

  /** Parses what an annotation says; what doesn't fit becomes a problem at the key's line. */
  #parse<Schema extends z.ZodType>(schema: Schema, annotation: Annotation): z.output<Schema> | undefined {
    if (annotation.problems.length > 0) {
      this.#problems.push(...annotation.problems);
      return undefined;
    }
    const result = schema.safeParse(annotation.values);
    if (result.success) return result.data;
    try {
      parse(schema, annotation.values, (path) => String(annotation.lineOf(String(path[0] ?? ''))));
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const finding of error.message.split('\n')) {
        const [, line, says = finding] = /^(\d+): (.*)$/.exec(finding) ?? [];
        this.#problems.push({ line: Number(line ?? annotation.line), says });
      }
    }
    return undefined;
  }

  #readOwn(): DocumentAnnotation {
    const title = this.#document.sections.find(({ isTitle }) => isTitle);
    const read = [...this.#document.annotations, ...(title?.annotations ?? [])].map(
      (annotation) => this.#parse(documentAnnotationSchema, annotation) ?? {},
    );
    return Object.assign({}, ...read) as DocumentAnnotation;
  }

  #readSection(section: Section): SectionAnnotation {
    const above = section.parent === undefined ? this.#own : (this.#sections.get(section.parent) ?? {});
    const inherited = { role: above.role, environments: above.environments, due: above.due, moment: above.moment };
    const own = section.isTitle
      ? []
      : section.annotations.map((annotation) => this.#parse(sectionAnnotationSchema, annotation) ?? {});
    const moment = momentOf(section);
    const here = !section.isTitle && moment !== momentOf(section.parent ?? section) ? { moment } : {};
    return Object.assign({}, inherited, here, ...own) as SectionAnnotation;
  }

  #find(): Found[] {
    const { entries, blocks } = this.#document;
    const tasks = this.#own.counts !== 'annotated';
    const found: Found[] = [];
    for (const entry of entries) {
      if (entry.kind === 'row' && entry.annotations.length > 0) found.push(...this.#rows(entry));
      else if (entry.annotations.length > 0) found.push(...this.#annotated(entry, entry.text, entry.line));
      else if (entry.kind === 'task' && tasks) {
        found.push({ entry, title: entry.text, line: entry.line, said: {}, annotation: undefined });
      }
    }
    for (const block of blocks) found.push(...this.#annotated(block, block.intro || block.section.title, block.line));
    return found.sort((one, other) => one.line - other.line);
  }

  #annotated(entry: Entry | Block, title: string, line: number): Found[] {
    return entry.annotations.flatMap((annotation) => {
      const said = this.#parse(itemAnnotationSchema, annotation);
      return said === undefined ? [] : [{ entry, title, line, said, annotation }];
    });
  }

  /** What stands after a table says which row it speaks of; the rows of one table are one list. */
  #rows(last: Entry): Found[] {
    const rows = this.#document.entries.filter(
      ({ kind, place }) => kind === 'row' && place !== undefined && place.after === last.place?.after,
    );
    return this.#annotated(last, last.text, last.line).flatMap((found) => {
      const entry = rows[(found.said.row ?? 0) - 1];
      if (entry) return [{ ...found, entry, title: entry.text, line: entry.line }];
      const line = found.annotation?.line ?? found.line;
      this.#problems.push({ line, says: `after a table, row: says which of its ${rows.length} rows is meant` });
      return [];
    });
  }

  #withIds(found: readonly Found[]): PlacedItem[] {
    const given = new Map<string, number>();
    for (const { said, annotation, line } of found) {
      if (said.id === undefined) continue;
      const at = annotation?.line ?? line;
      const first = given.get(said.id);
      if (first === undefined) given.set(said.id, at);
      else this.#problems.push({ line: at, says: `the id '${said.id}' is that of line ${first} already` });
    }
    const nameless = found.filter(({ said }) => said.id === undefined);
    const derived = deriveIds(
      nameless.map(({ title, entry }) => ({ text: title, path: pathOf(entry.section) })),
      new Set(given.keys()),
    );
    const ids = new Map(found.map((each) => [each, each.said.id]));
    for (const [index, each] of nameless.entries()) ids.set(each, derived[index]);
    const nested = idsByParent(ids);
    return [...ids].flatMap(([each, id]) => {
      if (id !== undefined) return this.#item(each, id, nested.get(each.entry) ?? []);
      const says = `'${shortened(each.title)}' stands twice under one heading: give each an id, in <!-- crossfade: id: … -->`;
      this.#problems.push({ line: each.line, says });
      return [];
    });
  }

  #item({ entry, title, line, said, annotation }: Found, id: string, nested: readonly string[]): PlacedItem[] {
    const section = this.#sections.get(entry.section) ?? {};
    const role = said.role ?? section.role ?? DEFAULT_ROLE;
    const blocks = 'blocks' in entry ? entry.blocks : [entry];
    const made = checkOf(said, blocks, role);
    const at = annotation?.line ?? line;
    if ('says' in made) {
      this.#problems.push({ line: at, says: made.says });
      return [];
    }
    const due = said.due ?? section.due;
    const item: ChecklistItem = {
      id,
      title: shortened(title),
      phase: pathOf(entry.section),
      moment: said.moment ?? section.moment ?? momentOf(entry.section),
      place: { file: this.#document.source.file, line },
      role,
      environments: said.environments ?? section.environments ?? [],
      optional: said.optional ?? false,
      ...(due === undefined ? {} : { due }),
      covers: said.covers ?? [],
      parents: [...new Set([...(said.needs ?? []), ...nested])],
      proposed: annotation?.proposed ?? false,
      check: made.check,
    };
    return [{ item, at }];
  }
}

/** Ids of the items inside of each item. */
function idsByParent(ids: ReadonlyMap<Found, string | undefined>): Map<Entry | Block, string[]> {
  const nested = new Map<Entry | Block, string[]>();
  for (const [{ entry }, id] of ids) {
    if (id === undefined || !('parent' in entry) || entry.parent === undefined) continue;
    nested.set(entry.parent, [...(nested.get(entry.parent) ?? []), id]);
  }
  return nested;
}

function shortened(text: string): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
