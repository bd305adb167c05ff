import { describeKillMatrix } from '../support/kill-matrix.js';

// All followers of every point, and a bad release too: test/long/kill-fake.test.ts.
describeKillMatrix({ versions: ['2.0.0'], everyFollower: false, timeoutMilliseconds: 400_000 });
