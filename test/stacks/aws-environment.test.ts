import { expect } from 'chai';
import { awsOutputsSchema, type AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import { awsEnvironment } from '../../stacks/aws-environment.js';
import { awsAnswers } from '../support/aws-answers.js';
import { awsConfiguration } from '../support/aws-configuration.js';
import { record, type Recording } from '../support/pulumi-recorder.js';

async function build(
  stack: 'staging' | 'production',
  parts: Record<string, unknown> = {},
  last?: AwsOutputs,
): Promise<Recording<unknown> & { outputs: AwsOutputs }> {
  const configuration = awsConfiguration(stack, parts);
  const recording = await record(() => awsEnvironment({ environment: stack, configuration, last }), {
    answers: awsAnswers,
    stack,
  });
  return { ...recording, outputs: parse(awsOutputsSchema, recording.result, stack) };
}

describe('awsEnvironment', () => {
  for (const stack of ['staging', 'production'] as const) {
    it(`builds ${stack} and gives every output of the contract`, async () => {
      const { outputs } = await build(stack);
      expect(outputs).to.include({ environment: stack, platform: 'aws', tier: stack });
      expect(Object.keys(outputs.routes)).to.deep.equal(['api', 'web']);
    });
  }
});
