import { announcedFacts, factsIn, isAnnouncedFact, isMessageFact } from '../contract/message-facts.js';
import { seconds } from '../contract/duration.js';
import type { Check } from '../contract/gate.js';
import type { ItemAnnotation } from './annotation-schema.js';
import type { Block } from './read/document.js';

const shells: Readonly<Record<string, 'sh' | 'bash'>> = {
  '': 'sh',
  sh: 'sh',
  shell: 'sh',
  bash: 'bash',
  console: 'bash',
  zsh: 'bash',
};
const DEFAULT_TIMEOUT = seconds(300);

/** How a block of code speaks; undefined: as an illustration. */
export function shellOf({ language }: Pick<Block, 'language'>): 'sh' | 'bash' | undefined {
  return shells[language];
}

export function isSql({ language }: Pick<Block, 'language'>): boolean {
  return ['sql', 'postgres', 'postgresql', 'pgsql', 'psql'].includes(language);
}

/** Either what proves the item, or what is wrong with what was said of it. */
export type CheckOr = { readonly check: Check } | { readonly says: string };

/** What the annotation says, with the code under the item where the annotation leaves that out. */
export function checkOf(said: ItemAnnotation, blocks: readonly Block[], role: string): CheckOr {
  if (said.command) return command(said.command, blocks);
  if (said.http) return http(said.http);
  if (said.sql) return sql(said.sql, blocks);
  if (said.metric) {
    const { name, ...limits } = said.metric;
    return { check: { kind: 'metric', metric: name, ...defined(limits) } };
  }
  if (said.config) return { check: { kind: 'config', ...defined(said.config) } };
  if (said.secret) return { check: { kind: 'secret', ...defined(said.secret) } };
  if (said.git) return { check: { kind: 'git', ...defined(said.git) } };
  if (said.ci) return { check: { kind: 'ci', ...defined(said.ci) } };
  if (said.window) return { check: { kind: 'window', ...defined(said.window) } };
  if (said.document) return { check: { kind: 'document', ...defined(said.document) } };
  if (said.external) return { check: { kind: 'external', ...defined(said.external) } };
  if (said.capacity) return { check: { kind: 'capacity', ...defined(said.capacity) } };
  if (said['on-call']) return { check: { kind: 'on-call', role: said['on-call'] } };
  if (said.approval) {
    const { role: by = role, count = 1, expires, otherwise } = said.approval;
    return { check: { kind: 'approval', role: by, count, ...defined({ expires, otherwise }) } };
  }
  if (said['sign-off']) return { check: { kind: 'sign-off', role: said['sign-off'] } };
  if (said.message) return message(said.message, blocks);
  if (said.step) return { check: { kind: 'step', step: said.step } };
  if (said.flag) return { check: { kind: 'flag', ...defined(said.flag) } };
  if (said.record) return { check: { kind: 'record', of: said.record } };
  return impliedCheck(blocks, role);
}

/** Without an annotation: the one block of code under the item proves it, else a person signs it off. */
export function impliedCheck(blocks: readonly Block[], role: string): CheckOr {
  const proving = blocks.filter((block) => shellOf(block) !== undefined || isSql(block));
  if (proving.length > 1) {
    return { says: `${proving.length} blocks of code under one item: one proves it, so write an item for each` };
  }
  const [block] = proving;
  if (!block) return { check: { kind: 'sign-off', role } };
  return isSql(block) ? sql({}, blocks) : command({}, blocks);
}

function command(said: Said<'command'>, blocks: readonly Block[]): CheckOr {
  const block = blocks.find((each) => shellOf(each) !== undefined);
  const script = said.run ?? block?.text;
  if (script === undefined || script.trim() === '') {
    return { says: 'a command without a script: put a block of sh under the item, or say run: …' };
  }
  const { contains, exit = 0, timeout = DEFAULT_TIMEOUT } = said;
  const shell = said.shell ?? (block && said.run === undefined ? shellOf(block) : 'sh') ?? 'sh';
  return { check: { kind: 'command', script, shell, exit, timeout, ...defined({ contains }) } };
}

function sql(said: Said<'sql'>, blocks: readonly Block[]): CheckOr {
  const query = said.query ?? blocks.find(isSql)?.text;
  if (query === undefined || query.trim() === '') {
    return { says: 'sql without a query: put a block of sql under the item, or say query: …' };
  }
  return { check: { kind: 'sql', query, ...defined({ equals: said.equals, rows: said.rows }) } };
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

function http({ ask, status = [200], headers = {}, ...more }: Said<'http'>): CheckOr {
  const [, written, url] = /^(?:([A-Z]+) )?(\/\S*|https?:\/\/\S+)$/.exec(ask) ?? [];
  const method = methods.find((each) => each === (written ?? 'GET'));
  if (method === undefined || url === undefined) {
    return { says: "expected a request such as 'GET /health' or 'GET https://…', with a path or a whole address" };
  }
  return { check: { kind: 'http', method, url, headers, status, ...defined(more) } };
}

function message({ at, to, template }: Said<'message'>, blocks: readonly Block[]): CheckOr {
  const text = template ?? blocks[0]?.text;
  if (text === undefined) return { says: 'a message without a text: put it in a block under the item' };
  const strange = factsIn(text).filter((name) => !isMessageFact(name));
  if (strange.length > 0) return { says: `the template names no fact of a run: ${strange.join(', ')}` };
  const early = at === 'announced' ? factsIn(text).filter((name) => !isAnnouncedFact(name)) : [];
  if (early.length > 0) {
    return {
      says: `before a run nobody knows ${early.join(', ')}: the template may name ${announcedFacts.join(', ')}`,
    };
  }
  return { check: { kind: 'message', at, to, template: text } };
}

type Said<Key extends keyof ItemAnnotation> = NonNullable<ItemAnnotation[Key]>;

type Defined<Shape> = {
  [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key];
} & { [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<Shape[Key], undefined> };

/** Keys that were left out stay out. */
function defined<Shape extends object>(shape: Shape): Defined<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Defined<Shape>;
}
