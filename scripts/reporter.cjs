// One line per file's suite while it goes well, the whole story where it does not, and the counts in a file.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    let failed = 0;
    let passed = 0;
    let began = 0;
    runner.on('suite', (suite) => {
      if (suite.parent?.root) [failed, passed, began] = [0, 0, Date.now()];
    });
    runner.on('pass', () => (passed += 1));
    runner.on('fail', (test) => {
      failed += 1;
      process.stdout.write(`  FAILED  ${test.fullTitle()}\n`);
    });
    runner.on('suite end', (suite) => {
      if (!suite.parent?.root) return;
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      process.stdout.write(`${failed === 0 ? 'passed' : 'FAILED'}  ${suite.title}: ${passed} (${seconds} s)\n`);
    });
    runner.once('end', () => {
      this.epilogue();
      const { passes, failures, pending } = this.stats;
      writeFileSync(options.reporterOption.counts, JSON.stringify({ passes, failures, pending }));
    });
  }
};
