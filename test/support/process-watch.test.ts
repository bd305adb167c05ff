import { expect } from 'chai';
import { execa } from 'execa';
import { ProcessWatch, type StartedProcess } from './process-watch.js';

const secret = 'canary-of-the-watch';

describe('the watch over processes', () => {
  it('sees what stands in arguments and environments, also of what is over at once and was started by a child', async () => {
    const watch = await ProcessWatch.start(5);
    const program = `require('node:child_process').execFile('true', ['${secret}']); setTimeout(() => {}, 60_000)`;
    const child = execa(process.execPath, ['-e', program], {
      env: { ...watch.variables, SECRET: secret },
      reject: false,
      timeout: 10_000,
    });
    const deadline = performance.now() + 8_000;
    const inArgv = ({ program, argv }: StartedProcess) => program === 'true' && argv.includes(secret);
    const inEnvironment = ({ environment }: StartedProcess) => environment.includes(`SECRET=${secret}`);
    const both = async () => (await watch.noted()).some(inArgv) && watch.seen().some(inEnvironment);
    while (!(await both()) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    const found = await both();
    child.kill();
    await child;
    await watch.stop();
    expect(found).to.equal(true);
  });
});
