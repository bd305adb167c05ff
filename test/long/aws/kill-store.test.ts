import { CopyObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from '../../../journal/s3-bucket.js';
import { describeKillMatrix } from '../../support/kill-matrix.js';
import { makeMotoBucket } from '../../support/moto-bucket.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';

Object.assign(process.env, motoCredentials);

describe('with the store in S3, in moto', function () {
  this.timeout(3_600_000);
  let moto: Moto;
  let client: S3Client;
  let place: (prefix: string) => S3Place;

  before(async () => {
    moto = await startMoto();
    place = await makeMotoBucket(moto.url);
    client = new S3Client({ region: 'eu-central-1', endpoint: moto.url, forcePathStyle: true });
  });
  after(async () => {
    client.destroy();
    await moto.stop();
  });

  describeKillMatrix({
    versions: ['2.0.0'],
    everyFollower: false,
    timeoutMilliseconds: 3_600_000,
    stores: {
      open: (name) => ({ bucket: place(name) }),
      async copy(from, to) {
        const { bucket: Bucket } = place('');
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: `${from}/` }));
        await Promise.all(
          Contents.map(({ Key = '' }) =>
            client.send(new CopyObjectCommand({ Bucket, CopySource: `${Bucket}/${Key}`, Key: Key.replace(from, to) })),
          ),
        );
      },
    },
  });
});
