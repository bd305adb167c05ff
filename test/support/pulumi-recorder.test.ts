import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { record } from './pulumi-recorder.js';

class Thing extends pulumi.CustomResource {
  declare readonly length: pulumi.Output<number>;
  constructor(name: string, args: Record<string, unknown>, opts?: pulumi.CustomResourceOptions) {
    super('test:index:Thing', name, { length: undefined, ...args }, opts);
  }
}

class Box extends pulumi.ComponentResource {
  readonly thing: Thing;
  constructor(name: string) {
    super('test:Box', name);
    const first = new Thing(`${name}-first`, { text: 'one' }, { parent: this });
    const opts = { parent: this, protect: true, retainOnDelete: true, ignoreChanges: ['text'], dependsOn: first };
    this.thing = new Thing(`${name}-second`, { text: pulumi.secret('two'), list: [{ a: 1 }] }, opts);
    this.registerOutputs();
  }
}

const answers = {
  outputs: ({ inputs }: { inputs: Readonly<Record<string, unknown>> }) => ({ length: String(inputs['text']).length }),
};

describe('record', () => {
  it('keeps inputs, parent and options of every resource, and resolves what the program gives', async () => {
    const recording = await record(() => ({ deep: [new Box('box').thing.length] }), { answers });
    expect(recording.result).to.deep.equal({ deep: [3] });
    expect(recording.resources.map((resource) => resource.name)).to.deep.equal(['box', 'box-first', 'box-second']);
    expect(recording.find('test:Box', 'box')).to.include({ component: true, parent: undefined });
    const second = recording.find('test:index:Thing', 'box-second');
    expect(second.inputs).to.deep.equal({ text: 'two', list: [{ a: 1 }] });
    expect(second.secret).to.deep.equal(['text']);
    expect(second).to.include({ parent: 'box', protect: true, retainOnDelete: true, component: false });
    expect(second.ignoreChanges).to.deep.equal(['text']);
    expect(second.dependsOn).to.include('box-first');
  });

  it('starts anew each time', async () => {
    expect((await record(() => new Box('one').urn)).resources).to.have.length(3);
    expect((await record(() => new Box('one').urn)).resources).to.have.length(3);
  });

  it('fails when the program throws, also inside an apply', async () => {
    const inApply = () =>
      new Box('box').thing.length.apply(() => {
        throw new Error('no such length');
      });
    expect(await message(record(inApply, { answers }))).to.equal('no such length');
    const atOnce = () => {
      throw new Error('at once');
    };
    expect(await message(record(atOnce))).to.equal('at once');
  });

  it('says which function has no answer', async () => {
    const program = () => pulumi.output(pulumi.runtime.invoke('test:index:ask', {}));
    expect(await message(record(program))).to.match(/the program called test:index:ask/);
  });

  it('names what there is when something is looked for in vain', async () => {
    const recording = await record(() => new Box('box').urn, { answers });
    expect(() => recording.find('test:index:Thing', 'third')).to.throw('of this type there are: box-first, box-second');
  });
});

async function message(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}
