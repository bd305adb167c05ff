import { expect } from 'chai';
import { ConfigurationError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import { releaseTagSchema } from '../../contract/release-tag.js';

describe("the configuration of a release's tag", () => {
  const read = (value: unknown) => parse(releaseTagSchema, value, 'test');

  it('is v<version>, here alone, unless it says otherwise', () => {
    expect(read({})).to.deep.equal({ name: 'v{{version}}', githubRelease: false });
    expect(read({ name: '{{environment}}/r{{version}}', push: 'origin' }).name).to.equal(
      '{{environment}}/r{{version}}',
    );
  });

  it('has the version in it, and nothing that git or a shell would take for something else', () => {
    for (const name of ['v1', '-{{version}}', 'a..{{version}}', '{{version}}.lock', '/{{version}}', '{{version}}/'])
      expect(() => read({ name }), name).to.throw(ConfigurationError, 'a tag such as');
    for (const name of ['$(id){{version}}', '{{version}} x', '{{version}}~1', '{{other}}{{version}}', '{{version}}\n'])
      expect(() => read({ name }), name).to.throw(ConfigurationError, 'a tag such as');
  });

  it('makes no release at GitHub of a tag that is not there, and pushes to origin only', () => {
    expect(() => read({ githubRelease: true })).to.throw(ConfigurationError, "say 'push: origin' too");
    expect(() => read({ push: '--mirror' })).to.throw(ConfigurationError);
  });
});
