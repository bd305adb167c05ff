const digest = /@sha256:[0-9a-f]{64}$/;

const imagesByDigest = {
  name: 'images-by-digest',
  description: 'An image is named by what it is, not by a tag that somebody can move.',
  check({ type, props }) {
    const moving = imagesOf(type, props).filter((image) => typeof image === 'string' && !digest.test(image));
    return moving.length === 0 ? undefined : `${moving.join(', ')} is named by a tag and not by a digest`;
  },
};

function imagesOf(type, props) {
  if (type === 'aws:ecs/taskDefinition:TaskDefinition') return containersOf(props.containerDefinitions).map(imageOf);
  if (type === 'aws:lambda/function:Function') return props.imageUri === undefined ? [] : [props.imageUri];
  if (type === 'docker:index/container:Container') return [props.image];
  if (!type.startsWith('kubernetes:')) return [];
  const pod = type.endsWith(':Pod') ? props.spec : podOf(props.spec);
  return [...listOf(pod?.initContainers), ...listOf(pod?.containers)].map(imageOf);
}

/** A deployment's, a job's, or a cron job's. */
function podOf(spec) {
  return spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
}

/** Not known before the up when it is no text: then the up is where it is checked. */
function containersOf(text) {
  if (typeof text !== 'string') return [];
  try {
    return listOf(JSON.parse(text));
  } catch {
    return [];
  }
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

function imageOf(container) {
  return container?.image;
}

module.exports = { imagesByDigest };
