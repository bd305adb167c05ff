import { ConfigurationError, exitCodes, type ExitCode } from '../../contract/errors.js';
import { migrationRulesSchema } from '../../contract/rules.js';
import { readRelease } from '../../journal/releases.js';
import { readPostgresUrl, type PostgresAddress } from '../../platforms/postgres/address.js';
import { reviewAt, type ReviewAt } from '../../platforms/postgres/review/review-at.js';
import { runnerOfFile, scriptOf } from '../../platforms/postgres/review/read-format.js';
import { reviewRecord } from '../../platforms/postgres/review/review-record.js';
import { reviewScripts } from '../../platforms/postgres/review/review-scripts.js';
import type { RunnerName } from '../../platforms/postgres/review/runner.js';
import { ownScript, type Script } from '../../platforms/postgres/review/script.js';
import { findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { databaseAddressOf } from '../migrations/database-address-of.js';
import { readSources } from '../migrations/read-sources.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { reviewLines } from '../print/review-lines.js';
import { reviewMarkdown } from '../print/review-markdown.js';

export interface LintOptions {
  readonly release: string | undefined;
  readonly environment: string | undefined;
  /** The environment variable that holds the URL of a database. */
  readonly databaseUrlFrom: string | undefined;
  /** `sql` is Crossfade's own; left out: told from each file. */
  readonly format: 'sql' | Exclude<RunnerName, 'crossfade'> | undefined;
  readonly json: boolean;
  readonly markdown: boolean;
}

/** Reviews SQL before anybody runs it. Exit code 3 when a deploy would be refused for it, or nobody can tell. */
export async function migrationsLint(words: readonly string[], options: LintOptions): Promise<ExitCode> {
  const environment = await environmentOf(options);
  const scripts = await scriptsOf(words, options, environment);
  const rules = environment?.configuration.rules.migrations ?? migrationRulesSchema.parse({});
  const address = await addressOf(options, environment);
  const longest = rules.longestBlock;
  const { reviews, facts }: ReviewAt =
    address === undefined
      ? { reviews: await reviewScripts(scripts, { longestBlockMilliseconds: longest }), facts: undefined }
      : await reviewAt(address, scripts, longest);
  const record = reviewRecord(reviews, { facts, longestBlockMilliseconds: longest });
  if (options.markdown) process.stdout.write(reviewMarkdown(record));
  else print(options.json, record, () => reviewLines(record));
  return record.answer === 'yes' ? exitCodes.done : exitCodes.refused;
}

/** A release lies in an environment's store; where there is only one, it needs no name. */
async function environmentOf({ environment, release }: LintOptions): Promise<FoundEnvironment | undefined> {
  return environment === undefined && release === undefined ? undefined : findEnvironment(environment);
}

async function scriptsOf(
  words: readonly string[],
  { release, format }: LintOptions,
  environment: FoundEnvironment | undefined,
): Promise<Script[]> {
  if (release !== undefined && environment !== undefined) {
    if (words.length > 0) throw new ConfigurationError('expected files or --release, found both');
    const { migrations } = await readRelease(openStore(environment), release);
    return [...migrations].sort((one, other) => (one.id < other.id ? -1 : 1)).map(ownScript);
  }
  const sources = await readSources(words);
  if (sources.length === 0) {
    throw new ConfigurationError('expected SQL files, a folder, - or --release', {
      hint: "such as 'crossfade migrations lint sql'",
    });
  }
  const named = format === 'sql' ? 'crossfade' : format;
  return sources.map((source) => scriptOf(source, named ?? runnerOfFile(source)));
}

async function addressOf(
  { environment: asked, databaseUrlFrom }: LintOptions,
  environment: FoundEnvironment | undefined,
): Promise<PostgresAddress | undefined> {
  if (databaseUrlFrom !== undefined) {
    const url = process.env[databaseUrlFrom];
    if (url === undefined) throw new ConfigurationError(`the environment variable ${databaseUrlFrom} is not set`);
    return readPostgresUrl(url, databaseUrlFrom);
  }
  return asked === undefined || environment === undefined ? undefined : databaseAddressOf(environment);
}
