// Builds the graph of production in the folder beside it, on stand-ins for AWS, and says what that took: the program's
// part of a preview, from the start of the process.
import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import { awsAnswers } from './answers.mjs';

let resources = 0;
await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      resources += 1;
      const state = { ...inputs, ...awsAnswers.outputs({ type, name, inputs }) };
      return { id: state.id ?? `${name}-id`, state };
    },
    call: ({ token, inputs }) => awsAnswers.call(token, inputs),
  },
  'shop',
  'production',
);
const { cloudConfigurationSchema } = await import('./contract/configuration.js');
const { parse } = await import('./contract/parse.js');
const { awsEnvironment } = await import('./stacks/aws-environment.js');
const written = JSON.parse(readFileSync(new URL('./production.json', import.meta.url), 'utf8'));
const configuration = parse(cloudConfigurationSchema, written, 'production.json');
await pulumi.output(awsEnvironment({ environment: 'production', configuration, last: undefined })).promise();
await pulumi.runtime.disconnect();
const { user, system } = process.cpuUsage();
const used = {
  seconds: performance.now() / 1_000,
  processorSeconds: (user + system) / 1e6,
  mebibytes: process.resourceUsage().maxRSS / 1_024,
};
process.stdout.write(JSON.stringify({ ...used, resources }));
