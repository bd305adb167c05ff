const routes = ['aws:lb/listenerRule:ListenerRule', 'aws:lb/targetGroup:TargetGroup', 'aws:lb/listener:Listener'];

/**
 * A policy sees what a resource will be, not what becomes of the one before: it refuses what makes replacing them go
 * wrong, and `crossfade preview` refuses the replacement itself.
 */
const routesStay = {
  name: 'routes-stay',
  description:
    'A rule, listener or target group is never replaced: the new one would have the declared weights, or nobody in it.',
  check({ type, props, opts }) {
    if (!routes.includes(type)) return undefined;
    if (opts.deleteBeforeReplace === true) return 'deleteBeforeReplace is set: users would meet nothing in between';
    if (type === 'aws:lb/targetGroup:TargetGroup' && typeof props.name === 'string' && !isAutonamed(props.name)) {
      return 'its name is fixed: it could only be replaced by deleting it first, while rules use it';
    }
    return undefined;
  },
};

/** Pulumi's own names end in seven hex digits. */
function isAutonamed(name) {
  return /-[0-9a-f]{7}$/.test(name);
}

module.exports = { routesStay };
