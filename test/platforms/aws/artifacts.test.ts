import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { ecrArtifacts, repositoryIn, type RegistryApi } from '../../../platforms/aws/artifacts.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const { release } = awsSlotInput('1.4.0', ['api', 'web']);
const image: RegistryApi['image'] = () => Promise.resolve({ pushedAt: undefined });
const check = (api: RegistryApi['image'], what = release) =>
  ecrArtifacts({ image: api }, new LeapingClock()).check(what);

describe('ecrArtifacts', () => {
  it('says yes when every image is there, by its digest', async () => {
    const asked: string[] = [];
    const verdict = await check((repository, digest) => {
      asked.push(`${repository.accountId} ${repository.region} ${repository.name} ${digest}`);
      return image(repository, digest);
    });
    expect(verdict.answer).to.equal('yes');
    expect(asked).to.have.length(2);
    expect(asked[0]).to.equal(`222222222222 eu-central-1 shop/api ${release.artifacts['api']?.digest}`);
  });

  it('fault 15: says no, and which, when an image is gone', async () => {
    const verdict = await check((repository, digest) =>
      repository.name === 'shop/web' ? Promise.resolve(undefined) : image(repository, digest),
    );
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.match(
      /^web: shop\/web has no image sha256:.*: it was never pushed there, or is deleted$/,
    );
  });

  it('does not know of a registry that can not be asked', async () => {
    const artifacts = { api: { ...release.artifacts['api']!, reference: 'docker.io/library/nginx:1' } };
    const verdict = await check(image, { ...release, artifacts });
    expect(verdict).to.deep.include({
      answer: 'unknown',
      because: "api: docker.io/library/nginx is no repository of ECR, and others can't be asked",
    });
  });

  it('does not know when the registry does not answer, and says so when it refuses', async () => {
    const busy = await check(() => Promise.reject(new TransientError('DescribeImages: Throttling')));
    expect(busy.answer).to.equal('unknown');
    await rejection(
      check(() => Promise.reject(new PlatformError('DescribeImages: AccessDenied'))),
      PlatformError,
    );
  });

  it('reads repositories out of references', () => {
    const host = '222222222222.dkr.ecr.eu-central-1.amazonaws.com';
    const shop = { accountId: '222222222222', region: 'eu-central-1', name: 'team/shop' };
    for (const end of ['', ':1.4.0', `@sha256:${'a'.repeat(64)}`, `:1.4.0@sha256:${'a'.repeat(64)}`]) {
      expect(repositoryIn(`${host}/team/shop${end}`)).to.deep.equal(shop);
    }
    expect(repositoryIn('localhost:5000/shop:1')).to.equal(undefined);
  });
});
