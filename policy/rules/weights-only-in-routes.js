/** Weights are the pipeline's. A program may say them once, in a rule whose whole `actions` it never compares again. */
const weightsOnlyInRoutes = {
  name: 'weights-only-in-routes',
  description: "The traffic's weights stand in listener rules only, and an up never puts them back.",
  check({ type, props, opts }) {
    if (type === 'aws:lb/listenerRule:ListenerRule') {
      if (!isWeighted(props.actions) || opts.ignoreChanges.includes('actions')) return undefined;
      const below = opts.ignoreChanges.filter((path) => path.startsWith('actions'));
      return below.length === 0
        ? 'has weights without ignoreChanges of actions: the next up would put them back'
        : `ignores ${below.join(', ')}: a path below actions is dropped as soon as a target group is added`;
    }
    if (type === 'aws:lb/listener:Listener' && isWeighted(props.defaultActions))
      return 'has weights in its default actions';
    if (type === 'aws:route53/record:Record' && props.weightedRoutingPolicies !== undefined)
      return 'has weights in the DNS';
    if (type.startsWith('kubernetes:gateway.networking.k8s.io/') && hasWeightedBackends(props.spec)) {
      return opts.ignoreChanges.some((path) => path === 'spec' || path === 'spec.rules')
        ? undefined
        : 'has weights without ignoreChanges of spec.rules: the next up would put them back';
    }
    return undefined;
  },
};

function isWeighted(actions) {
  return listOf(actions).some((action) => listOf(action?.forward?.targetGroups).length > 1);
}

function hasWeightedBackends(spec) {
  return listOf(spec?.rules).some((rule) => listOf(rule?.backendRefs).length > 1);
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

module.exports = { weightsOnlyInRoutes };
