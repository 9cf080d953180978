import { describe, expect, it } from 'vitest';
import { EMPTY_SHA256, signRequest } from '../../../src/blobs/sign-request.js';

/** The examples of AWS, "Examples: Signature Calculations in AWS Signature Version 4". */
const KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const NOW = new Date('2013-05-24T00:00:00Z');
const HOST = 'https://examplebucket.s3.amazonaws.com';

describe('a signature of version 4', () => {
  it.each([
    [
      '/test.txt',
      { range: 'bytes=0-9' },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    ['/?lifecycle', {}, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    [
      '/?max-keys=2&prefix=J',
      {},
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('of GET %s is that of the published example', (path, headers, signature) => {
    const signed = signRequest(
      { method: 'GET', url: new URL(path, HOST), headers, payloadSha256: EMPTY_SHA256 },
      KEY,
      NOW,
    );
    expect(signed['authorization']).toContain(`Signature=${signature}`);
    expect(signed['authorization']).toContain(
      'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
    );
  });
});
