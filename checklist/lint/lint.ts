import { claimsOf } from '../claims/claims-of.js';
import type { Claim } from '../claims/claim.js';
import { compile } from '../compile.js';
import type { ChecklistItem } from '../../contract/checklist.js';
import { isSql, shellOf } from '../check-of.js';
import type { Block, Document } from '../read/document.js';
import { readScript } from '../read/read-script.js';
import { backupRules } from './backups.js';
import { clockRules } from './clock.js';
import { countRules } from './counts.js';
import { databaseRules } from './database.js';
import type { Finding, Lintable, PlacedCommand, PlacedSql, SqlFacts } from './finding.js';
import { numberingRules } from './numbering.js';
import { secretRules } from './secrets.js';
import { stagingRules } from './staging.js';
import { thresholdRules } from './thresholds.js';
import { trafficRules } from './traffic.js';

const rules = [
  ...thresholdRules,
  ...countRules,
  ...clockRules,
  ...databaseRules,
  ...backupRules,
  ...stagingRules,
  ...secretRules,
  ...trafficRules,
  ...numberingRules,
];

/** Finds contradictions and steps that can't work. `readSql` is PostgreSQL's parser; this layer has none of its own. */
export async function lint(document: Document, readSql: (sql: string) => Promise<SqlFacts>): Promise<Finding[]> {
  const commands = document.blocks.flatMap(commandsIn);
  const sql: PlacedSql[] = [];
  for (const { text, line, block } of sqlIn(document, commands)) {
    sql.push({ text, line, block, facts: await readSql(text) });
  }
  const items = compile(document).checklist.items.filter(({ proposed }) => !proposed);
  const lintable: Lintable = { document, claims: allClaims(document, items), watched: watchedBy(items), commands, sql };
  return rules.flatMap((rule) => rule(lintable)).sort((one, other) => (one.lines[0] ?? 0) - (other.lines[0] ?? 0));
}

/** An annotation says what its line means. */
function allClaims(document: Document, items: readonly ChecklistItem[]): Claim[] {
  const said = items.flatMap((item) => claimsOfItem(document, item));
  const lines = new Set(said.map(({ line }) => line));
  return [...claimsOf(document).filter(({ line }) => !lines.has(line)), ...said];
}

function claimsOfItem({ entries }: Document, { check, place, title }: ChecklistItem): Claim[] {
  const entry = entries.find(({ line }) => line === place.line);
  if (check.kind !== 'metric' || entry === undefined) return [];
  const { metric, of, statistic, over } = check;
  return (['pass', 'alarm', 'rollback'] as const).flatMap((sense) => {
    const bound = check[sense];
    if (!bound || bound.than !== undefined) return [];
    const isHigh = bound.comparison === 'above' || bound.comparison === 'at least';
    const bad = isHigh === (sense === 'pass') ? 'low' : 'high';
    const { section } = entry;
    return [
      { metric, known: true, bad, of, statistic, sense, bound, over, line: place.line, text: title, section, entry },
    ];
  });
}

function watchedBy(items: readonly ChecklistItem[]): Set<string> {
  return new Set(
    items.flatMap(({ check }) =>
      check.kind === 'metric' && check.pass && (check.alarm ?? check.rollback) ? [check.metric] : [],
    ),
  );
}

function commandsIn(block: Block): PlacedCommand[] {
  if (shellOf(block) === undefined) return [];
  return readScript(block.text).map((command) => ({ ...command, line: block.line + command.below, block }));
}

/** What is no PostgreSQL's is left alone, and so is what holds places to fill in. */
function sqlIn(document: Document, commands: readonly PlacedCommand[]): Omit<PlacedSql, 'facts'>[] {
  if (/\b(?:mysql|mariadb|sqlite|oracle|sql server|mssql|t-sql|bigquery|snowflake)\b/i.test(document.source.text))
    return [];
  const blocks = document.blocks
    .filter((block) => isSql(block))
    .map((block) => ({ text: withoutClientCommands(block.text), line: block.line, block }));
  const spoken = commands.flatMap(({ words, input, line, block, raw }) => {
    if (!isClient(words)) return [];
    const flag = words.findIndex((word) => word === '-c' || word === '--command');
    const text = flag >= 0 ? words[flag + 1] : input;
    if (text === undefined || /^\s*\\/.test(text)) return [];
    const before =
      raw
        .slice(0, flag + 1)
        .join(' ')
        .split('\n').length - 1;
    return [{ text, line: line + before + (flag < 0 ? 1 : 0), block }];
  });
  return [...blocks, ...spoken].filter(({ text }) => !hasGaps(text));
}

function isClient(words: readonly string[]): boolean {
  return words.some((word) => /(?:^|\/)psql$/.test(word));
}

function withoutClientCommands(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*\\/.test(line) ? '' : line))
    .join('\n');
}

/** Places to fill in, and variables of a shell or of psql: what PostgreSQL gets is not what stands here. */
function hasGaps(text: string): boolean {
  return /\$\{?[A-Za-z_]|\.\.\.|…|<[a-z][\w -]*>|\{\{?\w+\}?\}|\[[A-Z_ ]+\]|(?<![:\w]):['"]?[a-z_]+\b(?!:)/.test(
    text.replaceAll(/'[^']*'|::\w+/g, ''),
  );
}
