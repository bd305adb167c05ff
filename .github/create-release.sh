#!/usr/bin/env bash
# create-release.sh ENVIRONMENT VERSION: a release of the images that this commit was built into, with its migrations.
# Reads SERVICES, REGISTRY, PRODUCT and GITHUB_SHA; MIGRATIONS, a folder of SQL, or MIGRATE, a service's own tool, where
# there is something to migrate. The same once more is no second release.
set -euo pipefail

words=()
for service in $SERVICES; do
  digest=$(aws ecr describe-images --repository-name "$PRODUCT-$service" \
    --image-ids "imageTag=$GITHUB_SHA" --query 'imageDetails[0].imageDigest' --output text)
  words+=(--artifact "$service=$REGISTRY/$PRODUCT-$service@$digest")
done
[ -z "${MIGRATE:-}" ] || words+=(--migrate "$MIGRATE")
[ -n "${MIGRATE:-}" ] || [ -z "${MIGRATIONS:-}" ] || words+=(--migrations "$MIGRATIONS")
node bin/crossfade.js release create "$1" --version "$2" "${words[@]}"
