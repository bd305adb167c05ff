import { environmentOf, isRollback, wordsAround } from './around.js';
import type { Finding, PlacedCommand, Rule } from './finding.js';

const wrongSql: Rule = ({ sql }) =>
  sql.flatMap(({ facts, line }) =>
    facts.errors.map(({ below, message }) => ({
      code: 'sql-not-postgresql',
      lines: [line + below],
      because: `PostgreSQL does not take this: ${message}`,
      better: /drop value|enum value/i.test(message)
        ? 'an enum value stays: leave it unused, or make a new type and move the column over in a later release'
        : "try it on a copy first; 'crossfade checklist lint' reads it with PostgreSQL's own grammar",
    })),
  );

const blockingIndex: Rule = ({ sql }) =>
  sql.flatMap(({ facts, line, block }) =>
    environmentOf(block.section) === 'local'
      ? []
      : facts.indexes
          .filter(({ concurrently }) => !concurrently)
          .slice(0, 1)
          .map(({ below, name }) => ({
            code: 'index-not-concurrently',
            lines: [line + below],
            because: `${name} and its like are built without CONCURRENTLY: no row of the table can be written while that lasts`,
            better: 'CREATE INDEX CONCURRENTLY, outside of a transaction; and look whether it became valid',
          })),
  );

/** The database that a client's command speaks to, where its words say so. */
function databaseOf({ words }: PlacedCommand): string | undefined {
  const at = words.findIndex((word) => /(?:^|\/)(?:psql|pg_restore|pg_dump)$/.test(word));
  if (at < 0) return undefined;
  const rest = words.slice(at + 1);
  const flag = rest.findIndex((word) => word === '-d' || word === '--dbname');
  if (flag >= 0) return rest[flag + 1];
  const joined = rest.find((word) => /^(?:--dbname=|-d.)/.test(word));
  if (joined !== undefined) return joined.replace(/^(?:--dbname=|-d)/, '');
  const withValue = new Set(['-U', '-h', '-p', '-c', '-f', '-F', '-j', '-n', '-t', '-T', '-o', '-v']);
  return rest.find(
    (word, index) =>
      !word.startsWith('-') && !withValue.has(rest[index - 1] ?? '') && !/\.(?:sql|dump|gz|bak)$/.test(word),
  );
}

function isRestore({ words, redirects, then }: PlacedCommand, previous: PlacedCommand | undefined): boolean {
  if (words.some((word) => /(?:^|\/)pg_restore$/.test(word))) return !words.includes('-l') && !words.includes('--list');
  if (!words.some((word) => /(?:^|\/)psql$/.test(word)) || then === '|') return false;
  const dump = /backup|dump|\.bak|snapshot/i;
  const fed = redirects.some(({ operator, target }) => operator === '<' && dump.test(target));
  const piped = previous?.then === '|' && previous.words.some((word) => dump.test(word));
  const flag = words.findIndex((word) => word === '-f' || word === '--file');
  return fed || piped || (flag >= 0 && dump.test(words[flag + 1] ?? ''));
}

/** A dump that is fed into the database that users write to. */
const liveRestore: Rule = ({ commands }) =>
  commands.flatMap((command, index): Finding[] => {
    if (!isRestore(command, commands[index - 1]) || environmentOf(command.block.section) === 'staging') return [];
    const database = databaseOf(command);
    if (database === undefined || /restore|rollback|copy|scratch|verify|_new|tmp|temp|test/i.test(database)) return [];
    const madeHere = commands.some(
      ({ block, words, line }) =>
        block === command.block &&
        line < command.line &&
        words.some((word) => /createdb$/.test(word) || /create database/i.test(word)) &&
        words.join(' ').includes(database),
    );
    const used = commands.find(
      (other) => other !== command && other.block !== command.block && databaseOf(other) === database,
    );
    if (madeHere || (!used && !isRollback(command.block.section))) return [];
    return [
      {
        code: 'restore-into-live',
        lines: used ? [command.line, used.line] : [command.line],
        because: `the dump is fed into ${database}, which is in use: its objects are there already, and what was written since is overwritten or in the way`,
        better: 'restore into a database of its own, compare, and move the product over',
      },
    ];
  });

const migrates = /\bmigrat(?:e|ion|ions)\b/i;

/** Going back in the migration tool's own table leaves the schema as it is. */
const resolveIsNoUndo: Rule = ({ document, commands }) => {
  const pattern = /migrate[: ]resolve|resolve\b.{0,20}\brolled[ -]?back|--rolled-back|alembic stamp|flyway repair/i;
  const typed = commands.filter(
    ({ raw, block }) => pattern.test(raw.join(' ')) && (isRollback(block.section) || /rolled/i.test(raw.join(' '))),
  );
  const spoken = document.entries.filter(({ text, section }) => pattern.test(text) && isRollback(section));
  const [first] = [...typed.map(({ line }) => line), ...spoken.map(({ line }) => line)].sort(
    (one, other) => one - other,
  );
  return first === undefined
    ? []
    : [
        {
          code: 'resolve-is-no-undo',
          lines: [first],
          because:
            'this writes into the tool’s own record that a migration was rolled back; tables, columns and indexes stay as they are',
          better: 'leave an expanded schema in place, or undo it by a migration of its own that was tried before',
        },
      ];
};

/** A migration of the shared database before the switch needs both releases to live with it; 'if possible' is not enough. */
const optionalCompatibility: Rule = ({ document }) => {
  const sharing = /\b(?:blue|green|canary|rolling|zero[- ]downtime|old and new)\b/i.test(document.source.text);
  const wish = document.entries.find(
    ({ text }) =>
      /backwards?[- ]compatib/i.test(text) &&
      /\b(?:if|where|when(?:ever)?) (?:possible|feasible|applicable)|ideally|optional|preferably|nice to have/i.test(
        text,
      ),
  );
  const runs = document.entries.find(
    ({ text }) => migrates.test(text) && /\bgreen\b|before (?:the )?(?:traffic )?switch/i.test(text),
  );
  if (!sharing || !wish) return [];
  return [
    {
      code: 'compatibility-optional',
      lines: runs ? [wish.line, runs.line] : [wish.line],
      because:
        'both releases use one database while traffic moves: a migration that the live one can’t live with breaks it while it serves',
      better: 'make it a must: expand before the switch, contract in a later release',
    },
  ];
};

/** Restoring takes back what users wrote since; somebody has to know how much before. */
const unpricedRestore: Rule = ({ document, commands }) => {
  const lossWords =
    /\b(?:los(?:s|es|t|e|ing)|since the (?:backup|snapshot|dump)|written (?:since|after)|data written|rpo|discard)/i;
  const restores = [
    ...document.entries
      .filter(
        ({ text, section }) =>
          isRollback(section) &&
          /\brestor\w+\b/i.test(text) &&
          /\b(?:database|db|backup|snapshot|dump)\b/i.test(text) &&
          !/restor\w+ (?:the )?(?:dated )?(?:\.env|code|files?)\b/i.test(text),
      )
      .map(({ line, section, text }) => ({ line, section, text: `${text}\n${wordsAround(section, undefined)}` })),
    ...commands
      .filter((command, index) => isRollback(command.block.section) && isRestore(command, commands[index - 1]))
      .map(({ line, block }) => ({ line, section: block.section, text: block.text })),
  ];
  const [first] = restores.toSorted((one, other) => one.line - other.line);
  if (!first) return [];
  const told =
    document.entries.some(({ text, section }) => isRollback(section) && lossWords.test(text)) ||
    restores.some(({ text }) => lossWords.test(text));
  if (told) return [];
  return [
    {
      code: 'restore-without-loss',
      lines: [first.line],
      because:
        'restoring takes back everything that users wrote since the backup, and no line says how much that is or who may decide it',
      better:
        'let a person decide on the number of rows written since; keep the schema and take only traffic back where that is enough',
    },
  ];
};

export const databaseRules: readonly Rule[] = [
  wrongSql,
  blockingIndex,
  liveRestore,
  resolveIsNoUndo,
  optionalCompatibility,
  unpricedRestore,
];
