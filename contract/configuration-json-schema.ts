import { z } from 'zod';
import { environmentConfigurationSchema } from './configuration.js';

/** A JSON Schema of Pulumi.<environment>.yaml, for editors; the program itself parses with zod and says more. */
export function configurationJsonSchema(): object {
  const environment = z.toJSONSchema(environmentConfigurationSchema, { io: 'input', unrepresentable: 'any' });
  const { $schema, ...definition } = environment;
  return {
    $schema,
    title: 'Pulumi.<environment>.yaml of an environment that Crossfade deploys to',
    type: 'object',
    properties: {
      config: {
        type: 'object',
        properties: { 'crossfade:environment': definition },
        patternProperties: { '^crossfade:(?!environment$)': false },
        required: ['crossfade:environment'],
      },
    },
    required: ['config'],
  };
}
