import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { isSignedBy } from '../../../contract/ed25519.js';
import { OperatorError } from '../../../contract/errors.js';
import { openKmsKey } from '../../../platforms/aws/kms-key.js';
import { readKmsKeyName } from '../../../platforms/aws/kms-key-name.js';
import { KmsStandIn, publicKeyOf } from '../../support/aws/kms-stand-in.js';
import { motoCredentials } from '../../support/moto-server.js';
import { rejection } from '../../support/rejection.js';
import { StandIn } from '../../support/stand-in.js';
import { restoreEnvironment } from '../../support/restore-environment.js';

describe('a key of KMS', () => {
  const aws = new StandIn();
  let kms: KmsStandIn;
  const before = { ...process.env };
  const open = (name: string) => openKmsKey(name, { region: 'eu-central-1', endpoint: aws.url });

  beforeEach(() => {
    Object.assign(process.env, motoCredentials);
    kms = new KmsStandIn();
    aws.answers = { 'POST /': kms.answer };
  });
  afterEach(() => {
    restoreEnvironment(before);
  });

  it('signs by alias, ARN or id what its public key verifies, with nothing but that text', async () => {
    const key = kms.key('audit');
    const arn = key.arn;
    for (const name of ['alias/audit', arn, `${arn.split('key/')[0]}alias/audit`, arn.split('/')[1]]) {
      const opened = await open(`kms:${name}`);
      const { publicKey } = opened;
      expect(publicKey).to.equal(publicKeyOf(key));
      const signature = await opened.sign('digests é\n');
      expect(isSignedBy('digests é\n', signature, publicKey), name).to.equal(true);
      expect(isSignedBy('digests e\n', signature, publicKey), name).to.equal(false);
    }
  });

  it('asks for plain Ed25519 of the text itself, signed for the region of the key', async () => {
    const key = kms.key('audit');
    await (await openKmsKey('kms:alias/audit', { region: 'eu-west-1', endpoint: aws.url })).sign('text');
    await open(`kms:${key.arn}`);
    expect(aws.asked.map(({ headers }) => headers['x-amz-target'])).to.deep.equal([
      ...['TrentService.GetPublicKey', 'TrentService.Sign', 'TrentService.GetPublicKey'],
    ]);
    expect(JSON.parse(aws.asked[1]?.body ?? '')).to.deep.equal({
      KeyId: key.arn,
      Message: Buffer.from('text').toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ED25519_SHA_512',
    });
    const regions = aws.asked.map(({ headers }) => headers.authorization?.split('/')[2]);
    expect(regions).to.deep.equal(['eu-west-1', 'eu-west-1', 'eu-central-1']);
  });

  it('stays the same one when its alias is given to another meanwhile', async () => {
    const first = kms.key('audit');
    const opened = await open('kms:alias/audit');
    kms.key('audit');
    expect(isSignedBy('text', await opened.sign('text'), publicKeyOf(first))).to.equal(true);
  });

  it('gives out no signature that its public key does not verify', async () => {
    const key = kms.key('audit');
    const opened = await open('kms:alias/audit');
    kms.keys.set(key.arn, { ...key, privateKey: generateKeyPairSync('ed25519').privateKey });
    expect(await rejection(opened.sign('text'), OperatorError)).to.match(/no signature by the public key/);
  });

  const refusals: readonly [string, (kms: KmsStandIn) => unknown, RegExp, RegExp][] = [
    ['is not there', () => undefined, /NotFoundException/, /list-aliases/],
    ['is disabled', (kms) => kms.key('audit', { state: 'Disabled' }), /DisabledException/, /enable-key/],
    [
      'is to be deleted',
      (kms) => kms.key('audit', { state: 'PendingDeletion' }),
      /InvalidState/,
      /cancel-key-deletion/,
    ],
    ['may not be read', (kms) => kms.denied.add('GetPublicKey'), /AccessDenied/, /kms:GetPublicKey and kms:Sign/],
    [
      'signs by another algorithm',
      (kms) => kms.key('audit', { spec: 'ECC_NIST_P256' }),
      /no ed25519 key that signs: it is ECC_NIST_P256, ECDSA_SHA_256/,
      /ECC_NIST_EDWARDS25519/,
    ],
    [
      'signs nothing at all',
      (kms) => kms.key('audit', { spec: 'SYMMETRIC_DEFAULT' }),
      /UnsupportedOperation/,
      /SIGN_VERIFY/,
    ],
    [
      'calls itself ed25519 and shows another kind',
      (kms) => kms.key('audit', { privateKey: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey }),
      /no ed25519 key that signs/,
      /ECC_NIST_EDWARDS25519/,
    ],
  ];
  for (const [what, arrange, says, hint] of refusals) {
    it(`that ${what} is refused, with what to do`, async () => {
      arrange(kms);
      const error = await rejection(open('kms:alias/audit'), OperatorError);
      expect(error.hint).to.match(hint);
      expect(error).to.match(says);
    });
  }

  it('that may be read and may not sign is refused when it signs', async () => {
    kms.key('audit');
    kms.denied.add('Sign');
    const error = await rejection((await open('kms:alias/audit')).sign('text'), OperatorError);
    expect(error.hint).to.contain('kms:Sign');
  });

  it('is asked for of nobody without credentials, or without a region', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_PROFILE'])
      Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' });
    const unknown = await rejection(open('kms:alias/audit'), OperatorError);
    expect(unknown.hint).to.contain('log in');
    const nowhere = await rejection(openKmsKey('kms:alias/audit', {}), OperatorError);
    expect(nowhere.hint).to.contain('AWS_REGION');
    expect(aws.asked).to.deep.equal([]);
  });

  it('has a name as AWS gives one', () => {
    const arn = 'arn:aws-cn:kms:cn-north-1:222222222222:alias/a/b_c-1';
    expect(readKmsKeyName(`kms:${arn}`)).to.deep.equal({ id: arn, region: 'cn-north-1' });
    expect(readKmsKeyName(`kms:mrk-${'0'.repeat(32)}`).region).to.equal(undefined);
    for (const wrong of [
      '',
      'audit',
      'alias/',
      'key/1',
      'arn:aws:s3:::bucket',
      'arn:aws:kms:eu-west-1:1:key/x',
      'alias/a b',
    ]) {
      expect(() => readKmsKeyName(`kms:${wrong}`), wrong).to.throw(/names no key of AWS KMS/);
    }
  });
});
