import { describeRandomClaims } from './random-claims.js';

// A taste of what test/long/review-claims.test.ts does a thousand times.
describeRandomClaims(40);
