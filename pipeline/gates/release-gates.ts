import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Context, Gate } from '../step.js';

/** Every artifact is there, with the digest of the manifest. */
export const artifactsPresent: Gate = {
  ask: (context) => context.platform.artifacts.check(releaseOf(context), context.signal),
};

/** The environment has a value or a secret for every setting that the release requires. */
export const settingsPresent: Gate = {
  ask(context) {
    const { settings } = inputOf(context);
    const missing = releaseOf(context).requiredSettings.filter(
      (name) => !(name in settings.values) && !(name in settings.secrets) && !providedByPlatform(context, name),
    );
    if (missing.length === 0) return Promise.resolve(yes('all required settings are present'));
    return Promise.resolve(no(`settings without a value: ${missing.join(', ')}`, { missing }));
  },
};

/** None of its digests was rolled back before. */
export const notQuarantined: Gate = {
  async ask(context) {
    const digests = Object.values(releaseOf(context).artifacts).map((artifact) => artifact.digest);
    const found = (await context.quarantine.list()).find((entry) => digests.includes(entry.digest));
    if (!found) return yes('no digest of this release is quarantined');
    const because = `${found.digest.slice(0, 19)}… was rolled back by run ${found.run}: ${found.because}`;
    return no(`${because} ('crossfade release allow ${releaseOf(context).version} --because …' releases it)`, {
      ...found,
    });
  },
};

/** The schema still has what the release may use: a later release may have removed it since. */
export const schemaServesRelease: Gate = {
  async ask(context) {
    const { database } = context.platform;
    if (database === undefined) return yes('this environment has no database');
    const release = releaseOf(context);
    const { contracted } = await database.migrations(release);
    if (contracted.length === 0) return yes('nothing was removed that it could use');
    const because = `${contracted.join(', ')} removed something after ${release.version} was made, which may need it`;
    return no(because, { contracted });
  },
};

/** The services fit what the environment promises its visitors. */
export const releaseFits: Gate = {
  ask(context) {
    const release = releaseOf(context);
    const routed = Object.entries(context.plan.outputs.services).filter(([, service]) => service.kind === 'routed');
    const carried = routed.filter(([name]) => name in release.artifacts);
    if (carried.length === 0)
      return Promise.resolve(no("the release carries none of the environment's routed services", {}));
    const foreign = Object.keys(release.artifacts).filter((name) => !(name in context.plan.outputs.services));
    if (foreign.length > 0)
      return Promise.resolve(no(`the environment has no service ${foreign.join(', ')}`, { foreign }));
    if (context.plan.affinity === 'cohort' && !context.platform.abilities.cohort) {
      const because = `this platform can't keep a visitor with one slot for ${carried.map(([name]) => name).join(' and ')}`;
      return Promise.resolve(no(`${because}: the environment needs affinity none`, {}));
    }
    if (!release.toleratesMixedVersions && context.plan.affinity === 'none' && carried.length > 1) {
      return Promise.resolve(
        no("its services don't tolerate each other's other version: the environment needs affinity cohort", {}),
      );
    }
    return Promise.resolve(yes(`${carried.length} routed services`));
  },
};

/** DATABASE_URL and its like are given by the platform where the environment has a database. */
function providedByPlatform({ plan }: Context, name: string): boolean {
  return name === 'PORT' || (name === 'DATABASE_URL' && plan.outputs.database !== null);
}

function inputOf({ plan }: Context): NonNullable<Context['plan']['input']> {
  if (!plan.input) throw new Error('this gate needs a plan with an input');
  return plan.input;
}

function releaseOf(context: Context): Release {
  return inputOf(context).release;
}

function yes(because: string): Verdict {
  return { answer: 'yes', because, evidence: {} };
}

function no(because: string, evidence: Verdict['evidence']): Verdict {
  return { answer: 'no', because, evidence };
}
