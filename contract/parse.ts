import type { z } from 'zod';
import { ConfigurationError } from './errors.js';

type Path = readonly PropertyKey[];

/**
 * Parses what crosses a boundary; `where` is the file, stack or address it came from, or tells it for a path in the
 * value. Throws ConfigurationError with every finding; `hint` says what mends it.
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string | ((path: Path) => string),
  hint?: string,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const findings = result.error.issues.flatMap((issue) => describeIssue(issue, where));
  throw new ConfigurationError(findings.join('\n'), hint === undefined ? {} : { hint });
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, where: string | ((path: Path) => string)): string[] {
  const place = (path: Path): string => (typeof where === 'string' ? where : where(path));
  const path = issue.path.length === 0 ? '(top level)' : issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place([...issue.path, key])}: ${path}: expected no key '${key}', found it`);
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.errors.every((branch) => branch.length > 0)) {
    const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best));
    return closest.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, where));
  }
  return [
    `${place(issue.path)}: ${path}: expected ${expectedOf(issue)}, found ${isSecret(issue) ? 'something else' : foundIn(issue.input)}`,
  ];
}

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    default:
      return issue.message;
  }
}

/** What stands where only the place of a secret may stand. */
function isSecret(issue: Issue): boolean {
  return issue.code === 'custom' && issue.params?.['secret'] === true;
}

/** Short, and never the value of something that may be a secret: text is only measured beyond 40 characters. */
function foundIn(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (input === null) return 'null';
  if (Array.isArray(input)) return `a list of ${input.length}`;
  if (typeof input === 'object') return 'an object';
  if (typeof input === 'string')
    return input.length > 40 ? `text of ${input.length} characters` : JSON.stringify(input);
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : typeof input;
}
