/** Tags are given once, by the provider, to all that it makes. */
const requiredTags = {
  name: 'required-tags',
  description: 'Everything on AWS says which product and environment it belongs to, and that Pulumi made it.',
  check({ type, props }, { tags }) {
    if (type !== 'pulumi:providers:aws') return undefined;
    const given = objectOf(objectOf(props.defaultTags).tags);
    const missing = tags.filter((tag) => typeof given[tag] !== 'string' || given[tag] === '');
    return missing.length === 0 ? undefined : `its default tags lack ${missing.join(', ')}`;
  },
};

/** A provider's inputs reach the engine as JSON. */
function objectOf(value) {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string') return {};
  try {
    return objectOf(JSON.parse(value));
  } catch {
    return {};
  }
}

module.exports = { requiredTags };
