import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { awsOutputsSchema, type AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import { awsEnvironment } from '../../stacks/aws-environment.js';
import { awsAnswers } from './aws-answers.js';
import { awsConfiguration } from './aws-configuration.js';
import { record, type Recording } from './pulumi-recorder.js';

export interface Graph extends Recording<unknown> {
  readonly outputs: AwsOutputs;
}

/** The whole environment as a program asks for it, with parts of the repository's own stack file replaced. */
export async function awsGraph(
  stack: 'staging' | 'production',
  parts: Record<string, unknown> = {},
  last?: EnvironmentOutputs,
  environment: string = stack,
): Promise<Graph> {
  const configuration = awsConfiguration(stack, parts);
  const program = () => awsEnvironment({ environment, configuration, last });
  const recording = await record(program, { answers: awsAnswers, stack: environment });
  return { ...recording, outputs: parse(awsOutputsSchema, recording.result, environment) };
}

const built = new Map<string, Promise<Graph>>();

/** As the repository has it, built once for all tests. */
export function writtenGraph(stack: 'staging' | 'production'): Promise<Graph> {
  const graph = built.get(stack) ?? awsGraph(stack);
  built.set(stack, graph);
  return graph;
}
