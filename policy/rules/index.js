const { encryptedAtRest } = require('./encrypted-at-rest');
const { imagesByDigest } = require('./images-by-digest');
const { noPublicDatabase } = require('./no-public-database');
const { protectedInProduction } = require('./protected-in-production');
const { requiredTags } = require('./required-tags');
const { routesStay } = require('./routes-stay');
const { weightsOnlyInRoutes } = require('./weights-only-in-routes');

const rules = [
  noPublicDatabase,
  encryptedAtRest,
  protectedInProduction,
  imagesByDigest,
  routesStay,
  weightsOnlyInRoutes,
  requiredTags,
];

module.exports = { rules };
