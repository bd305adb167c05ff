import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import type { RegistryApi } from './artifacts.js';
import { ask, serviceErrorOf } from './ask.js';
import { clientOptions, type Place } from './place.js';

const absent = new Set(['ImageNotFoundException', 'RepositoryNotFoundException']);

export function sdkRegistry(place: Place): RegistryApi {
  const clients = new Map<string, ECRClient>();
  const clientOf = (region: string): ECRClient => {
    const client = clients.get(region) ?? new ECRClient(clientOptions({ ...place, region }));
    clients.set(region, client);
    return client;
  };
  return {
    async image({ accountId, region, name }, digest, signal) {
      const client = clientOf(region);
      const command = new DescribeImagesCommand({
        registryId: accountId,
        repositoryName: name,
        imageIds: [{ imageDigest: digest }],
      });
      try {
        const found = await ask('DescribeImages', client, (options) => client.send(command, options), signal);
        const [image] = found.imageDetails ?? [];
        return image && { pushedAt: image.imagePushedAt };
      } catch (error) {
        if (absent.has(serviceErrorOf(error) ?? '')) return undefined;
        throw error;
      }
    },
  };
}
