import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { cloudConfigurationSchema, type AwsConfiguration } from '../../contract/configuration.js';
import { parse } from '../../contract/parse.js';

const stackFileSchema = z.object({ config: z.object({ 'crossfade:environment': z.record(z.string(), z.unknown()) }) });

/** The configuration in the repository's own stack file, as it is written there. */
export function writtenConfiguration(stack: 'staging' | 'production'): Record<string, unknown> {
  const file = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
  return parse(stackFileSchema, parseYaml(readFileSync(file, 'utf8')), file.pathname).config['crossfade:environment'];
}

/** Parsed, with parts replaced at the top level. */
export function awsConfiguration(
  stack: 'staging' | 'production',
  parts: Record<string, unknown> = {},
): AwsConfiguration {
  return parse(cloudConfigurationSchema, { ...writtenConfiguration(stack), ...parts }, `Pulumi.${stack}.yaml`);
}
