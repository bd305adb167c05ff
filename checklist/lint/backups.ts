import { isRollback } from './around.js';
import type { Rule } from './finding.js';

const takes =
  /\b(?:take|takes|taken|create[sd]?|complete[d]?|make|made|perform(?:ed)?|run|plan)\b.{0,30}\b(?:backups?|snapshots?|dump)\b|\b(?:backups?|snapshots?)\b.{0,40}\b(?:taken|created|completed?|made|done|scheduled|before)\b|^back ?up (?:the )?(?:database|production|data)/i;
const uses = /\b(?:restor\w*|recover\w*|point[- ]in[- ]time)\b/i;
const database = /\b(?:databases?|db|postgres\w*|rds|mysql|data)\b/i;

/** A backup of the database that no way back ever reads. */
const unusedBackup: Rule = ({ document, commands }) => {
  const back = document.sections.filter(isRollback);
  const [firstBack] = back;
  if (!firstBack) return [];
  const said = document.entries
    .filter(({ text, section }) => takes.test(text) && database.test(text) && !isRollback(section))
    .map(({ line }) => line);
  const typed = commands
    .filter(
      ({ words, block }) =>
        !isRollback(block.section) &&
        (words.some((word) => /(?:^|\/)pg_dump(?:all)?$/.test(word)) ||
          words.some((word) => /create-db-(?:cluster-)?snapshot/.test(word))),
    )
    .map(({ line }) => line);
  const [taken] = [...said, ...typed].sort((one, other) => one - other);
  const used =
    document.sections.some(({ title }) => uses.test(title) && database.test(`${title} database`)) ||
    document.entries.some(
      ({ text, section }) =>
        isRollback(section) && uses.test(text) && (database.test(text) || /backup|snapshot|dump/i.test(text)),
    ) ||
    commands.some(
      ({ raw, block, redirects }) =>
        isRollback(block.section) &&
        (/restore/i.test(raw.join(' ')) ||
          redirects.some(({ operator, target }) => operator === '<' && /backup|dump|sql/i.test(target))),
    );
  if (taken === undefined || used) return [];
  return [
    {
      code: 'backup-not-used',
      lines: [taken, firstBack.line],
      because: `a backup of the database is taken here, and no step of '${firstBack.title}' reads it`,
      better: 'say when and by whom it would be restored, and try it: a backup that nobody has restored is a hope',
    },
  ];
};

export const backupRules: readonly Rule[] = [unusedBackup];
