/** Of the embedded server: the suite's own, or the one that `npm run test:postgres` has put in its place. */
export const serverVersion = process.env['CROSSFADE_TEST_POSTGRES_VERSION'] ?? '15.18';
