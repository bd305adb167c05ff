import { expect } from 'chai';
import { fargateSizeFault } from '../../contract/fargate-size.js';

describe('fargateSizeFault', () => {
  it('takes sizes that Fargate has', () => {
    for (const [cpu, memory] of [
      [256, 512],
      [256, 2_048],
      [512, 1_024],
      [1_024, 3_072],
      [4_096, 30_720],
      [16_384, 122_880],
    ] as const) {
      expect(fargateSizeFault(cpu, memory), `${cpu}/${memory}`).to.equal(undefined);
    }
  });

  it('says which sizes there are instead', () => {
    expect(fargateSizeFault(256, 4_096)).to.equal('with cpu 256, memory is 512, 1024 or 2048');
    expect(fargateSizeFault(512, 512)).to.equal('with cpu 512, memory is 1024 to 4096 in steps of 1024');
    expect(fargateSizeFault(1_024, 2_500)).to.equal('with cpu 1024, memory is 2048 to 8192 in steps of 1024');
    expect(fargateSizeFault(8_192, 18_432)).to.equal('with cpu 8192, memory is 16384 to 61440 in steps of 4096');
    expect(fargateSizeFault(300, 512)).to.match(/^cpu is 256, 512, 1024/);
  });
});
