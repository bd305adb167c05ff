import { expect } from 'chai';
import { AwsRig } from '../../support/aws/aws-rig.js';

describe('the command line on an environment in moto', function () {
  this.timeout(300_000);
  let rig: AwsRig;

  before(async function () {
    this.timeout(600_000);
    rig = await AwsRig.open();
  });
  after(() => rig.close());

  it('puts a first release into blue, then a second share by share into green', async () => {
    const first = await rig.crossfade('deploy', 'production', await rig.release());
    expect(first.exitCode, first.all).to.equal(0);
    expect(await rig.live()).to.equal('blue');
    const second = await rig.crossfade('deploy', 'production', await rig.release());
    expect(second.exitCode, second.all).to.equal(0);
    expect(second.all).to.match(/give green 10 %[\s\S]*give green 50 %[\s\S]*give green 100 %/);
    expect(await rig.live()).to.equal('green');
  });
});
