import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { expect } from 'chai';
import { githubActor } from '../../cli/github-actor.js';
import { identityOf } from '../../cli/identity-of.js';
import { awsConfiguration } from '../support/aws-configuration.js';
import { motoCredentials } from '../support/moto-server.js';

const account = `${userInfo().username}@${hostname()}`;
const claims = { actor: 'ada', repository: 'acme/shop', run_id: '17', sub: 'repo:acme/shop:environment:production' };

describe('who acts', () => {
  let server: Server;
  let answers: (url: string, authorization: string | undefined) => { status: number; body: string };
  let url: string;

  beforeEach(async () => {
    Object.assign(process.env, motoCredentials);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
    answers = () => ({ status: 200, body: JSON.stringify({ value: token }) });
    server = createServer((request, response) => {
      const { status, body } = answers(request.url ?? '', request.headers.authorization);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const job = () => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  });

  it('is in a job on GitHub who GitHub says, asked with what the job was given', async () => {
    const asked: unknown[] = [];
    const answer = answers;
    answers = (...words) => {
      asked.push(words);
      return answer(...words);
    };
    expect(await githubActor(job())).to.equal('ada in run 17 of acme/shop');
    expect(asked).to.deep.equal([['/token?api-version=2&audience=crossfade', 'Bearer secret']]);
  });

  it('is nobody of GitHub elsewhere, or when GitHub answers something else', async () => {
    expect(await githubActor({ GITHUB_ACTOR: 'mallory' })).to.equal(undefined);
    answers = () => ({ status: 500, body: 'no' });
    expect(await githubActor(job())).to.equal(undefined);
    answers = () => ({ status: 200, body: JSON.stringify({ value: 'not a token' }) });
    expect(await githubActor(job())).to.equal(undefined);
  });

  it('is on AWS who AWS says', async () => {
    const arn = 'arn:aws:sts::222222222222:assumed-role/release/ada';
    const xml = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const github = answers;
    answers = (path, authorization) =>
      path.startsWith('/token') ? github(path, authorization) : { status: 200, body: xml };
    const configuration = awsConfiguration('staging', { endpoint: url });
    expect(await identityOf(configuration, {})).to.equal(arn);
    expect(await identityOf(configuration, job())).to.equal(`ada in run 17 of acme/shop as ${arn}`);
  });

  it('is unverified where AWS does not say, which stops nobody', async () => {
    answers = () => ({ status: 403, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' });
    const configuration = awsConfiguration('staging', { endpoint: url });
    expect(await identityOf(configuration, {})).to.equal(`unverified:${account}`);
  });
});
