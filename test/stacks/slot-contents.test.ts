import { expect } from 'chai';
import type { RefusedError } from '../../contract/errors.js';
import { slotOutputsSchema } from '../../contract/outputs.js';
import { slotContents } from '../../stacks/slot-contents.js';
import { localOutputs, slotInput } from '../support/local-outputs.js';

const stack = 'local-blue';
const environment = localOutputs(['api', 'web']);
const input = slotInput('1.0.0', ['api']);
const last = slotOutputsSchema.parse({
  format: 1,
  platform: 'local',
  environment: 'local',
  colour: 'blue',
  input,
  handles: { api: 'blue/api' },
  services: localOutputs(['api'], { stopWithin: 1_000 }).services,
});

function refused(options: Partial<Parameters<typeof slotContents>[0]>): RefusedError {
  try {
    slotContents({ stack, environment, last, asked: undefined, run: undefined, ...options });
  } catch (error) {
    return error as RefusedError;
  }
  throw new Error('it was not refused');
}

describe('slotContents', () => {
  it('takes what a run asks for, with the services that its release carries', () => {
    const asked = slotInput('2.0.0', ['web']);
    const contents = slotContents({ stack, environment, last, asked, run: asked.run });
    expect(contents.input).to.equal(asked);
    expect(contents.services).to.deep.equal({ web: environment.services['web'] });
  });

  it('takes exactly what stood before where no run asks, its definitions included', () => {
    const contents = slotContents({ stack, environment, last, asked: undefined, run: undefined });
    expect(contents).to.deep.equal({ input: last.input, services: last.services });
  });

  it('takes the run that the stack file still names when it is what stands there', () => {
    expect(slotContents({ stack, environment, last, asked: input, run: undefined }).input).to.equal(last.input);
  });

  it('refuses to choose a release where there never was one, and names the command', () => {
    const error = refused({ last: undefined });
    expect(error.code).to.equal('refused');
    expect(`${error.message} ${error.hint}`).to.contain('no release yet').and.contain("'crossfade deploy' for local");
  });

  it('refuses another release, and other settings, without a run', () => {
    const otherSettings = { ...input, settings: slotInput('1.0.0', ['api'], { GREETING: 'hi' }).settings };
    for (const asked of [slotInput('2.0.0', ['api']), otherSettings]) {
      for (const run of [undefined, 'another-run']) {
        expect(refused({ asked, run }).message).to.contain('another release or other settings');
      }
    }
  });
});
