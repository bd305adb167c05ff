import { createHash } from 'node:crypto';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

/** An image of its own for each repository and tag; resolves to its digest. moto makes it of the layers', and of a number up to 100 where there are none. */
export async function pushImage(
  place: { readonly region: string; readonly endpoint: string },
  repositoryName: string,
  tag: string,
): Promise<string> {
  const client = new ECRClient(place);
  await client.send(new CreateRepositoryCommand({ repositoryName })).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) throw error;
  });
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    layers: [{ digest: `sha256:${createHash('sha256').update(`${repositoryName}:${tag}`).digest('hex')}`, size: 1 }],
  });
  const { image } = await client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: tag }));
  client.destroy();
  return image?.imageId?.imageDigest ?? '';
}
