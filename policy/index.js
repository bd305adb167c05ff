const { PolicyPack } = require('@pulumi/policy');
const { rules } = require('./rules');

/** Names of stacks that are production, and the tags that everything needs: configurable per policy. */
const configSchema = {
  properties: {
    production: { type: 'array', items: { type: 'string' }, default: ['production'] },
    tags: {
      type: 'array',
      items: { type: 'string' },
      default: ['crossfade:product', 'crossfade:environment', 'crossfade:managed-by'],
    },
  },
};

new PolicyPack('crossfade', {
  policies: rules.map(({ name, description, check }) => ({
    name,
    description,
    enforcementLevel: 'mandatory',
    configSchema,
    validateResource: (args, report) => {
      const settings = args.getConfig();
      const refusal = check(
        { type: args.type, name: args.name, urn: args.urn, props: args.props, opts: args.opts },
        { production: settings.production, tags: settings.tags },
      );
      if (refusal !== undefined) report(`${args.name}: ${refusal}`);
    },
  })),
});
