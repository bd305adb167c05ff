import { describeRandomClaims } from '../platforms/postgres/review/random-claims.js';

describeRandomClaims(1_000);
