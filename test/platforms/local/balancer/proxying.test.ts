import { expect } from 'chai';
import { bench } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

describe('The balancer passes requests on', () => {
  let it_: Bench;
  beforeEach(async () => {
    it_ = await bench();
  });
  afterEach(() => it_.stop());

  it('with method, path, query and body', async () => {
    it_.blue.answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(`${request.method ?? ''} ${request.url ?? ''} ${Buffer.concat(chunks).toString()}`));
    };
    const { status, body } = await ask({ port: it_.port, method: 'POST', path: '/a/b?c=d%20e', body: 'hello' });
    expect(status).to.equal(200);
    expect(body).to.equal('POST /a/b?c=d%20e hello');
  });
});
