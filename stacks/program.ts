import * as pulumi from '@pulumi/pulumi';
import type { Colour } from '../contract/colour.js';
import { environmentConfigurationSchema } from '../contract/configuration.js';
import { ConfigurationError, OperatorError } from '../contract/errors.js';
import { environmentNameSchema, readStackName } from '../contract/names.js';
import { environmentOutputsSchema, slotOutputsSchema } from '../contract/outputs.js';
import { parse } from '../contract/parse.js';
import { slotInputSchema } from '../contract/slot-input.js';
import { environmentStack } from './environment.js';
import { readConfiguration } from './read-configuration.js';
import { readLastOutputs } from './read-last-outputs.js';
import { slotContents } from './slot-contents.js';
import { slotStack } from './slot.js';

/**
 * The whole program: a stack's name says what it is. Gives its outputs; what an operator can mend stops it before the
 * first resource, with one message and no stack trace.
 */
export async function program(options: { readonly run: string | undefined }): Promise<pulumi.Inputs> {
  const stack = pulumi.getStack();
  const { environment, colour } = readStackName(stack);
  try {
    return colour === undefined
      ? { ...(await environmentProgram(stack)) }
      : { ...(await slotProgram({ stack, environment, colour, run: options.run })) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new pulumi.RunError(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  }
}

async function environmentProgram(stack: string): Promise<object> {
  const file = `Pulumi.${stack}.yaml`;
  const environment = parse(environmentNameSchema, stack, 'the name of the stack');
  const found = readConfiguration('environment', stack);
  const configuration = parse(environmentConfigurationSchema, found, `${file}: crossfade:environment`);
  const last = await readLastOutputs(stack, environmentOutputsSchema);
  return environmentStack({ environment, configuration, root: pulumi.getRootDirectory(), last });
}

async function slotProgram(slot: {
  stack: string;
  environment: string;
  colour: Colour;
  run: string | undefined;
}): Promise<object> {
  const found = readConfiguration('run', slot.stack);
  const asked = found === undefined ? undefined : parse(slotInputSchema, found, `run of stack ${slot.stack}`);
  const environment = await readLastOutputs(slot.environment, environmentOutputsSchema);
  if (environment === undefined) {
    throw new ConfigurationError(`environment ${slot.environment} has no outputs: it is not up`, {
      hint: `run 'pulumi up -s ${slot.environment}' first`,
    });
  }
  const last = await readLastOutputs(slot.stack, slotOutputsSchema);
  const contents = slotContents({ stack: slot.stack, environment, last, asked, run: slot.run });
  return slotStack({ environment, colour: slot.colour, ...contents });
}
