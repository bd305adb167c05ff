import { z } from 'zod';

/** What is particular to an environment on AWS; the rest is in configuration.ts. */
export const awsConfigurationSchema = z.strictObject({
  platform: z.literal('aws'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'a region such as eu-central-1' }),
});
