import { RefusedError } from '../../contract/errors.js';
import { planHash, type Plan } from '../../contract/plan.js';
import type { JsonObject } from '../../contract/json.js';
import type { Waiver } from '../../pipeline/session.js';
import type { OpenEnvironment } from '../open-environment.js';
import { listedIn } from './listed-in.js';
import { openSigner, type Signer } from './signer.js';

/** Waivers in the name of somebody whom something vouches for, to be signed for a plan. */
export interface VouchedWaivers {
  sign(plan: Plan, now: Date): readonly Waiver[];
}

/**
 * Where approvers are listed, whoever waives is one of them by key, or is known by what the cloud or GitHub says; an
 * account of a machine is not enough. Throws RefusedError for anybody else, before anything runs.
 */
export async function vouchedWaivers(
  waivers: readonly Omit<Waiver, 'by'>[],
  environment: Pick<OpenEnvironment, 'name' | 'configuration' | 'by'>,
  keyFile: string | undefined,
): Promise<VouchedWaivers> {
  const { name, configuration, by } = environment;
  const listed = listedIn(configuration);
  if (waivers.length > 0 && keyFile !== undefined && !listed.accountsCount) {
    const signer = await openSigner(listed, name, keyFile);
    return { sign: (plan, now) => waivers.map((waiver) => signed(waiver, signer, plan, now)) };
  }
  const nobodyVouches = configuration.platform === 'local' || by.startsWith('unverified:');
  if (waivers.length > 0 && Object.keys(configuration.approvers).length > 0 && nobodyVouches) {
    throw new RefusedError(`nothing vouches for ${by}, who waives ${waivers.map(({ gate }) => gate).join(', ')}`, {
      hint: `--key FILE, the key of an approver that Pulumi.${name}.yaml lists`,
    });
  }
  return { sign: () => waivers.map((waiver) => ({ ...waiver, by })) };
}

function signed({ gate, because }: Omit<Waiver, 'by'>, signer: Signer, plan: Plan, now: Date): Waiver {
  const about = {
    kind: 'waived',
    environment: plan.environment,
    run: plan.run,
    plan: planHash(plan),
    item: gate,
  } as const;
  const { statement, words, identity } = signer.decide({ ...about, at: now.toISOString() }, because);
  const { expires: _never, ...said } = statement;
  const proof: JsonObject = { ...identity, ...(signer.publicKey === undefined ? {} : { publicKey: signer.publicKey }) };
  return { gate, because, by: signer.approver, evidence: { by: [{ ...said, said: words, proof }] } };
}
