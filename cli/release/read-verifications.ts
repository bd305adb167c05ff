import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { Release } from '../../contract/release.js';
import { verificationSchema } from '../../contract/verification.js';

/** A YAML or JSON file: a list of verifications, as the contract has them. Throws ConfigurationError. */
export async function readVerifications(file: string): Promise<Release['verifications']> {
  let value: unknown;
  try {
    value = parseYaml(await readFile(file, 'utf8'), { maxAliasCount: 0, uniqueKeys: true });
  } catch (cause) {
    const says = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`--verifications ${file} can't be read: ${says}`, { cause });
  }
  return parse(z.array(verificationSchema), value, file);
}
