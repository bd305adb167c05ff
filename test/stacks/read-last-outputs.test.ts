import { expect } from 'chai';
import { ConfigurationError } from '../../contract/errors.js';
import { environmentOutputsSchema } from '../../contract/outputs.js';
import { readLastOutputs } from '../../stacks/read-last-outputs.js';
import { awsOutputs } from '../support/aws-outputs.js';
import { record } from '../support/pulumi-recorder.js';
import { rejection } from '../support/rejection.js';

const outputs: Readonly<Record<string, unknown>> = { ...awsOutputs() };

/** What the stack of an environment gives, as a slot's program reads it. */
function read(given: Readonly<Record<string, unknown>>) {
  const answers = { outputs: () => ({ outputs: given }) };
  return record(() => readLastOutputs('production', environmentOutputsSchema), { answers, stack: 'production-green' });
}

describe('readLastOutputs', () => {
  it('gives them parsed, and nothing where the stack gives nothing', async () => {
    expect((await read(outputs)).result).to.deep.equal(outputs);
    expect((await read({})).result).to.equal(undefined);
  });

  for (const name of ['cluster', 'routes', 'balancer', 'slots', 'alarms']) {
    it(`stops the program before its first resource when '${name}' is missing or renamed`, async () => {
      const { [name]: lost, ...others } = outputs;
      for (const given of [others, { ...others, [`${name}s`]: lost }]) {
        const error = await rejection(read(given), ConfigurationError);
        expect(error.message).to.match(
          new RegExp(`^outputs of stack production: ${name}: expected (object|record), found nothing`),
        );
        expect(error.hint).to.match(/nothing was made or changed; 'pulumi up --stack production' with this version/);
      }
    });
  }
});
