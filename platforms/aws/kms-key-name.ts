import { ConfigurationError } from '../../contract/errors.js';

export interface KmsKeyName {
  /** As calls of KMS take it: an ARN, `alias/…` or the id of a key. */
  readonly id: string;
  /** Of an ARN; undefined: the name alone does not say. */
  readonly region: string | undefined;
}

const prefix = 'kms:';
const alias = 'alias/[A-Za-z0-9/_-]+';
const key = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})';
/** https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
const names = new RegExp(
  `^(?:arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):[0-9]{12}:(?:key/${key}|${alias})|${key}|${alias})$`,
);

/** Whether this is meant to be a key of KMS. A file of such a name is said with its folder: ./kms:… */
export function isKmsKeyName(said: string): boolean {
  return said.startsWith(prefix);
}

/** Throws ConfigurationError for what is no name of a key. */
export function readKmsKeyName(said: string): KmsKeyName {
  const id = said.slice(prefix.length);
  const found = names.exec(id);
  if (found) return { id, region: found.groups?.['region'] };
  throw new ConfigurationError(`${said} names no key of AWS KMS`, {
    hint: 'kms: and then an ARN of a key or an alias, alias/NAME, or the id of a key',
  });
}
