import { z } from 'zod';
import { regionSchema } from './aws-configuration.js';

const text = z.string().min(1).max(255);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const statistics =
  /^(?:SampleCount|Sum|Average|Minimum|Maximum|IQM|(?:p|tm|tc|ts|wm)\d{1,2}(?:\.\d+)?|(?:PR|TM|TC|TS|WM)\([\d.%]*:[\d.%]*\)|\{\{statistic\}\})$/;

/** A metric of AWS CloudWatch: its newest whole period of so many minutes. */
export const cloudWatchSourceSchema = z.strictObject({
  /** The metric's name. */
  cloudwatch: text,
  namespace: text,
  /** All of them: CloudWatch keeps each combination as a metric of its own. At most 30. */
  dimensions: z
    .record(text, z.string().min(1).max(1024))
    .default({})
    .refine((dimensions) => Object.keys(dimensions).length <= 30, { error: 'at most 30 dimensions' }),
  statistic: z
    .string()
    .regex(statistics, { error: 'a statistic of CloudWatch such as Sum, Average, p95 or {{statistic}}' })
    .default('Average'),
  minutes: z.int().min(1).max(60).default(5),
  /** Left out: the environment's on AWS, elsewhere as AWS_REGION or the profile say. */
  region: regionSchema.optional(),
});
