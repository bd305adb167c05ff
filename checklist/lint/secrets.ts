import type { PlacedCommand, Rule } from './finding.js';

const placeholder = /^(?:<[^>]*>|\.{2,}|…|x{3,}|\*{3,}|your[_-].*|.*_here|changeme|example|\[.*\])$/i;
const secretName =
  /(?:pass(?:word|wd)?|secret(?:[_-]?key)?|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?$/i;
const secretVariable = /\$\{?\w*(?:PASS(?:WORD|WD)?|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)\w*\}?/i;
const clients = /(?:^|\/)(?:psql|pg_dump|pg_restore|pg_isready|mysql|mysqldump|mongo(?:sh)?|redis-cli)$/;

/** Why a word of a command gives a secret away; undefined when it does not. */
function givesAway(words: readonly string[], index: number): string | undefined {
  const word = words[index] ?? '';
  const previous = words[index - 1] ?? '';
  const [, option, value] = /^--?([\w-]+)[= ](.+)$/s.exec(word) ?? [];
  if (option !== undefined && value !== undefined && secretName.test(option) && !isFile(option, value))
    return `--${option}`;
  const flag = /^--?([\w-]+)$/.exec(previous)?.[1];
  if (flag !== undefined && secretName.test(flag) && !word.startsWith('-') && !isFile(flag, word)) return `--${flag}`;
  const [, name, set] = /^(\w+)=(.+)$/s.exec(word) ?? [];
  const passed = previous === '-e' || previous === '--env' || previous === '--build-arg' || previous === '--set';
  if (passed && name !== undefined && set !== undefined && secretName.test(name) && !placeholder.test(set)) return name;
  if (
    /^(?:authorization|x-api-key|x-auth-token|private-token):\s*\S/i.test(word) &&
    (previous === '-H' || previous === '--header')
  ) {
    return /<|\.\.\./.test(word) ? undefined : (word.split(':')[0] ?? 'header');
  }
  if ((previous === '-u' || previous === '--user') && /^[^:\s]+:[^:\s]+$/.test(word) && words.includes('curl'))
    return '-u';
  if (/:\/\/[^\s:/@]+:(?!\/|<)[^\s:/@]+@/.test(word) && !/:(?:\*+|<.*>|x+|pass(?:word)?|user)@/i.test(word))
    return 'an address with a password';
  if (
    words.some((each) => clients.test(each)) &&
    /^\$\{?\w*(?:DATABASE|DB|POSTGRES|PG|REDIS|MONGO)\w*_UR[IL]\}?$/.test(word)
  )
    return word;
  return words[0] !== 'echo' &&
    words[0] !== 'printf' &&
    secretVariable.test(word) &&
    !/^\w+=/.test(word) &&
    !isTest(words) &&
    !/\$\{#/.test(word)
    ? secretVariable.exec(word)?.[0]
    : undefined;
}

function isFile(option: string, value: string): boolean {
  return /file|path|name|stdin|arn|id$/i.test(option) || placeholder.test(value) || /^(?:file|@|-$|arn:)/.test(value);
}

function isTest(words: readonly string[]): boolean {
  return ['[', '[[', 'test', 'export', 'unset', 'read'].includes(words[0] ?? '');
}

const onCommandLine: Rule = ({ commands }) =>
  commands.flatMap((command: PlacedCommand) => {
    const [what] = command.words.flatMap((_, index) => givesAway(command.words, index) ?? []);
    return what === undefined
      ? []
      : [
          {
            code: 'secret-on-command-line',
            lines: [command.line],
            because: `${what} hands a secret over among the words of a command: everybody on the machine sees it in the list of processes, and the shell keeps it`,
            better:
              'hand it over in a file that only its owner reads, or on standard input: curl --config -, PGPASSFILE or PGSERVICEFILE, --password-stdin, --env-file',
          },
        ];
  });

export const secretRules: readonly Rule[] = [onCommandLine];
