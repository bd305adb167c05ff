import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { isDark } from '../../../contract/aws-route.js';
import type { Weights } from '../../../contract/weights.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { AlbRule } from '../../../platforms/aws/alb-api.js';
import { percentOf } from '../../../platforms/aws/alb-weights.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import { startFaultProxy, type Asked, type FaultProxy, type Reply } from '../fault-proxy.js';
import { motoCredentials, startMoto, type Moto } from '../moto-server.js';
import { cborForMoto } from './cbor-for-moto.js';
import { standInAccount } from './stand-in-configuration.js';
import { pushImage } from './push-image.js';
import { ResourceIds } from './resource-ids.js';
import { MotoLacks } from './what-moto-lacks.js';

export const region = 'eu-central-1';

/** moto, what it lacks, and what befalls calls on their way: AWS as far as it can be had on this machine. */
export class StandIn {
  readonly moto: Moto;
  readonly lacks: MotoLacks;
  readonly #proxy: FaultProxy;

  private constructor(moto: Moto, lacks: MotoLacks, proxy: FaultProxy) {
    this.moto = moto;
    this.lacks = lacks;
    this.#proxy = proxy;
  }

  /** `between` may answer for moto as well; it is given moto's address and gives its own. */
  static async open(between: (moto: string) => Promise<string> = (url) => Promise.resolve(url)): Promise<StandIn> {
    Object.assign(process.env, motoCredentials);
    const moto = await startMoto();
    try {
      const lacks = new MotoLacks({ region, accountId: standInAccount });
      const target = await between(moto.url);
      const ids = new ResourceIds();
      const answer = async (asked: Asked): Promise<Reply | undefined> =>
        lacks.answer(asked) ?? (await cborForMoto(asked, target, region)) ?? (await ids.answer(asked, target, region));
      const proxy = await startFaultProxy(target, answer);
      return new StandIn(moto, lacks, proxy);
    } catch (error) {
      await moto.stop();
      throw error;
    }
  }

  /** Where clients find it. */
  get url(): string {
    return this.#proxy.url;
  }

  async close(): Promise<void> {
    await this.#proxy.stop();
    await this.moto.stop();
  }

  /** Says what had to be done instead of moto, by name. */
  reportLines(): readonly string[] {
    return [...this.lacks.used].map(([what, times]) => `moto lacks, done by the test: ${what} (${times} calls)`);
  }

  async bucket(name: string): Promise<void> {
    const client = new S3Client({ region, endpoint: this.moto.url, forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    client.destroy();
  }

  /** An image of its own for each service: by service, its reference with digest. */
  async images(services: readonly string[], version: string): Promise<Readonly<Record<string, string>>> {
    const images: Record<string, string> = {};
    for (const service of services) {
      const repositoryName = `shop/${service}`;
      const digest = await pushImage({ region, endpoint: this.moto.url }, repositoryName, version);
      images[service] = `${standInAccount}.dkr.ecr.${region}.amazonaws.com/${repositoryName}@${digest}`;
    }
    return images;
  }

  /** As the balancer has them; undefined for a rule that is not blue and green alone. */
  weights(outputs: AwsOutputs): Promise<Record<string, Weights | undefined>> {
    return this.#weights(outputs, () => true);
  }

  /** What users get: undefined for a dark route, too. */
  shares(outputs: AwsOutputs): Promise<Record<string, Weights | undefined>> {
    return this.#weights(outputs, ({ conditions }) => !isDark(conditions));
  }

  async #weights(
    { routes, balancer }: AwsOutputs,
    counts: (rule: AlbRule) => boolean,
  ): Promise<Record<string, Weights | undefined>> {
    const found = await this.#alb(balancer).describeRules(Object.values(routes).map(({ ruleArn }) => ruleArn));
    return Object.fromEntries(
      Object.entries(routes).map(([service, { ruleArn, targetGroups }]) => {
        const rule = found.find(({ arn }) => arn === ruleArn);
        return [service, rule && counts(rule) ? percentOf(targetGroups, rule.forward) : undefined];
      }),
    );
  }

  /** As somebody, or a run, would: past Pulumi. */
  async shift({ routes, balancer }: AwsOutputs, weights: Weights): Promise<void> {
    for (const { ruleArn, targetGroups } of Object.values(routes)) {
      const targets = (['blue', 'green'] as const).map((colour) => ({
        targetGroupArn: targetGroups[colour],
        weight: weights[colour],
      }));
      await this.#alb(balancer).modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } });
    }
  }

  #alb({ metricDimension }: AwsOutputs['balancer']) {
    const place = { region, endpoint: this.moto.url };
    return sdkAlb(place, sdkMetrics(place), metricDimension);
  }
}
