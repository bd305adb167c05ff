import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

/** An image of its own for each repository and tag; resolves to its digest. */
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
    annotations: { repositoryName, tag },
  });
  const { image } = await client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: tag }));
  client.destroy();
  return image?.imageId?.imageDigest ?? '';
}
