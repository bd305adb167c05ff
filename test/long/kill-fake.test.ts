import { describeKillMatrix } from '../support/kill-matrix.js';

describeKillMatrix({ versions: ['2.0.0', '3.0.0'], everyFollower: true, timeoutMilliseconds: 1_800_000 });
