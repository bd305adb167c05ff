import { isSql, shellOf } from '../check-of.js';
import { pathOf, type Block, type Document, type Entry } from '../read/document.js';
import { readScript, type ScriptCommand } from '../read/read-script.js';
import type { Mapping, Said } from './mapping.js';

/** Blocks of code become commands, queries and requests; a command in the text of a check becomes one too. */
export function mapCode({ blocks, entries, source }: Document): Mapping[] {
  return [
    ...blocks.flatMap((block) => mapBlock(block, source.lines[block.line - 2]?.text ?? '')),
    ...entries.flatMap(mapInline),
  ];
}

/** Under a list item, the item is what the code proves. */
function mapBlock(block: Block, fence: string): Mapping[] {
  const says = saysOf(block, fence);
  const { entry, place } = block;
  if (!says || !place || onlyIf.test(entry?.text ?? block.intro)) return [];
  if (entry) {
    if (entry.place === undefined || entry.blocks.filter((each) => saysOf(each, fence) !== undefined).length !== 1)
      return [];
    return [
      { line: entry.line, place: entry.place, row: undefined, title: entry.text, path: pathOf(entry.section), says },
    ];
  }
  const title = block.intro || block.section.title;
  return [{ line: block.line, place, row: undefined, title, path: pathOf(block.section), says }];
}

/** What is done only then is no check: a run would do it always. */
const onlyIf = /^\W*(?:if|in case|when|whenever|should|unless|falls|wenn|si|en cas)\b/i;

/** As a terminal shows it: what was typed, and what was answered. */
const prompt = /^\s*(?:[\w@~:.-]*[$%]|[\w-]+=[#>]|PS(?: [\w:\\]+)?>|>>>)\s+(\S.*)$/;

/** Acts of a release: as a check they would be done whenever it is asked. */
const acts =
  /^(?:sudo\s+)?(?:(?:npm|yarn|pnpm) (?:version|publish)|git (?:tag|push|commit|merge|rebase)|(?:docker|helm) (?:push|install|upgrade|rollback)|kubectl (?:apply|delete|scale|set|rollout (?:undo|restart))|systemctl (?:stop|start|restart)|terraform (?:apply|destroy)|pulumi (?:up|destroy))\b/;

/** Undefined for what is an illustration, or holds places to fill in. */
function saysOf(block: Block, fence: string): Record<string, Said> | undefined {
  if (block.text.trim() === '' || hasGaps(block.text)) return undefined;
  if (isSql(block)) return isOneQuery(block.text) ? { sql: '' } : undefined;
  const shell = shellOf(block);
  if (shell === undefined || (block.language === '' && !looksLikeShell(block.text, fence))) return undefined;
  const typed = block.text.split('\n').flatMap((line) => prompt.exec(line)?.[1] ?? []);
  const [command = '', ...more] = typed;
  // Of a session one command can be meant; with another shell's, or several, a person has to say.
  if (more.length > 0 || (typed.length > 0 && !programs.test(command))) return undefined;
  const commands = readScript(typed.length > 0 ? command : block.text);
  const [only] = commands;
  if (!only) return undefined;
  if (commands.length === 1) {
    const http = requestOf(only);
    if (http) return { http };
  }
  if (commands.some(neverEnds) || commands.some(isAlternative(block.text))) return undefined;
  if (commands.some(({ words }) => acts.test(words.join(' ')))) return undefined;
  return { command: typed.length > 0 ? { run: command } : '' };
}

function hasGaps(text: string): boolean {
  return /<[a-z][\w -]*>|\.\.\.|…|\bYOUR[_-]|_HERE\b|\[[A-Z][\w ]*\]|YYYY|\bxxx+\b|0x123/i.test(
    text.replaceAll(/<<-?\s*['"]?\w+/g, ''),
  );
}

/** Read-only, one statement: what a verification may be. */
function isOneQuery(text: string): boolean {
  const bare = text
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .trim()
    .replace(/;$/, '');
  return (
    /^(?:select|with|show|explain|values)\b/i.test(bare) &&
    !bare.includes(';') &&
    !/^\s*\\/m.test(text) &&
    !/\b(?:insert|update|delete|into)\b/i.test(bare)
  );
}

const programs =
  /^(?:npm|npx|yarn|pnpm|node|python3?|pip|pytest|make|docker|docker-compose|kubectl|helm|git|curl|psql|pg_dump|aws|gcloud|az|terraform|pulumi|ssh|scp|cd|sudo|systemctl|alembic|php|composer|bundle|rails|rake|cargo|go|mvn|gradle|\.\/\S+|bash|sh)\b/;

function looksLikeShell(text: string, fence: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const typed = lines.some((line) => prompt.test(line));
  return (
    /^\s*(?:```|~~~)/.test(fence) && lines.length > 0 && (typed || lines.every((line) => programs.test(line.trim())))
  );
}

/** Follows a log or watches for ever. */
function neverEnds({ words }: ScriptCommand): boolean {
  const text = words.join(' ');
  return /^tail\b.* -[a-z]*f|\blogs\b.*(?: -f\b| --follow)|^watch\b|^top\b|^htop\b|^less\b|^(?:vi|vim|nano)\b|^ssh \S+$/.test(
    text,
  );
}

/** 'or' between commands: a person chooses. */
function isAlternative(text: string): () => boolean {
  const alternatives = /^\s*#\s*(?:or\b|alternatively\b|if (?:using|you)\b|option\b|choose\b)/im.test(text);
  return () => alternatives;
}

/** A curl that only asks, with options whose meaning is sure. */
function requestOf({ words, redirects, then }: ScriptCommand): Record<string, Said> | undefined {
  if (words[0] !== 'curl' || redirects.length > 0 || !['', '\n', ';'].includes(then)) return undefined;
  let method = 'GET';
  let url: string | undefined;
  const headers: Record<string, string> = {};
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = words[index + 1] ?? '';
    if (/^(?:-[sSfkLiv]+|--fail|--silent|--show-error|--location)$/.test(word) && !word.includes('k')) continue;
    else if (word === '-I' || word === '--head') method = 'HEAD';
    else if (word === '-X' || word === '--request') [method, index] = [next, index + 1];
    else if ((word === '-H' || word === '--header') && /^(?:accept|content-type|origin): /i.test(next)) {
      headers[next.slice(0, next.indexOf(':'))] = next.slice(next.indexOf(':') + 1).trim();
      index += 1;
    } else if (/^https?:\/\/[^\s$`{}]+$/.test(word) && url === undefined) url = word;
    else return undefined;
  }
  if (url === undefined || !/^(?:GET|HEAD|OPTIONS)$/.test(method)) return undefined;
  return { ask: `${method} ${url}`, ...(Object.keys(headers).length === 0 ? {} : { headers }) };
}

/** 'Run unit tests: `pytest backend`', 'GET `/health` returns 200'. */
function mapInline(entry: Entry): Mapping[] {
  const { text, place, kind, section, line, blocks } = entry;
  if (
    place === undefined ||
    kind === 'row' ||
    (kind === 'paragraph' && !/^\W*☐|^\[ ?\]/.test(text)) ||
    blocks.length > 0
  )
    return [];
  const says = requestIn(text) ?? commandIn(text);
  return says ? [{ line, place, row: undefined, title: text, path: pathOf(section), says }] : [];
}

function requestIn(text: string): Record<string, Said> | undefined {
  const statuses = [
    ...text.matchAll(
      /(?:\b(?:returns?|answers?|responds?(?: with)?|gives?|status(?: code)?:?)|→|->|=>)\s+(?:HTTP )?(?:status )?`?([1-5]\d\d)\b(?!\s?(?:ms|s\b|%|\/))/gi,
    ),
  ];
  const [, status = ''] = statuses[0] ?? [];
  if (statuses.length !== 1 || /\b(?:not|never|POST|PUT|PATCH|DELETE)\b/.test(text)) return undefined;
  const code = /`(curl [^`]+)`/.exec(text)?.[1];
  const [typed] = code === undefined ? [] : readScript(code);
  const asked = typed && requestOf(typed);
  if (code !== undefined) return asked ? { http: { ...asked, status: [status] } } : undefined;
  const [, method = 'GET', url] =
    /(?:\b(GET|HEAD|OPTIONS)\s+`?|`|^)((?:https?:\/\/|\/)[^\s`'"<>{}()[\],]*)/.exec(text) ?? [];
  if (url === undefined || url.length < 2 || [...text.matchAll(/https?:\/\/|(?:^|[\s`])\/\w/g)].length > 1)
    return undefined;
  return { http: { ask: `${method} ${url.replace(/[.,;:]$/, '')}`, status: [status] } };
}

/** A check that runs a program, in so many words. */
function commandIn(text: string): Record<string, Said> | undefined {
  const codes = [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const [code = '', ...others] = codes;
  if (
    others.length > 0 ||
    !/^[^`]*\b(?:run|execute|pass(?:es)?|succeeds?|with|via|using|clean)\b[^`]*`|^[^`]*\([^`]*`|:\s*`|`[^`]*\b(?:passes|succeeds|is clean)\b/i.test(
      text,
    )
  )
    return undefined;
  if (
    !programs.test(code) ||
    !code.includes(' ') ||
    hasGaps(code) ||
    /[;&|<>$]/.test(code) ||
    neverEnds({ words: code.split(' '), raw: [], below: 0, redirects: [], input: undefined, then: '' })
  )
    return undefined;
  if (/\b(?:not|never|don['’]t|instead of|unless|if)\b/i.test(text) || acts.test(code)) return undefined;
  return { command: { run: code } };
}
