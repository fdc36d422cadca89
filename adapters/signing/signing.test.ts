/**
 * Goal: signatures are the venue's, and a signer gives its secret to nobody.
 * Method: the published test vectors; an Ed25519 signature verified with the public key; printing.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Ed25519Signer, HmacSigner, SigningKeyError } from './signing.ts';

const SPOT_SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const FUTURES_SECRET = '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9';
const ORDER = 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000';
const TIME = 'timestamp=1499827319559';

const VECTORS: readonly (readonly [string, string, string, string])[] = [
  [
    'spot REST',
    SPOT_SECRET,
    `symbol=LTCBTC&${ORDER}&${TIME}`,
    'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  ],
  [
    'spot REST, percent-encoded symbol',
    SPOT_SECRET,
    `symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&${ORDER}&${TIME}`,
    'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
  ],
  [
    'spot WebSocket',
    SPOT_SECRET,
    'apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00' +
      '&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC' +
      '&timestamp=1645423376532&type=LIMIT',
    'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
  ],
  [
    'futures REST',
    FUTURES_SECRET,
    'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000' +
      '&timestamp=1591702613943',
    '3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9',
  ],
];

for (const [name, secret, text, expected] of VECTORS) {
  test(`HMAC gives the published signature: ${name}`, () => {
    assert.equal(new HmacSigner('key', secret).sign(text), expected);
  });
}

test('an Ed25519 signature verifies with the public key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = new Ed25519Signer('key', pem);
  const signature = Buffer.from(signer.sign('a=1&b=ü'), 'base64');
  assert.ok(verify(null, Buffer.from('a=1&b=ü', 'utf8'), publicKey, signature));
  assert.ok(signer.canLogOn);
});

test('a bad key is refused, and the message keeps the secret', () => {
  assert.throws(() => new HmacSigner('', 'secret'), SigningKeyError);
  assert.throws(() => new HmacSigner('key', ''), SigningKeyError);
  assert.throws(
    () => new Ed25519Signer('key', 'canary'),
    (error: Error) => error instanceof SigningKeyError && !error.message.includes('canary'),
  );
  const { privateKey } = generateKeyPairSync('x25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.throws(() => new Ed25519Signer('key', pem), /Ed25519 key is needed/);
});

test('a printed signer shows no secret', () => {
  const signer = new HmacSigner('key', 'canary');
  assert.ok(!inspect(signer, { showHidden: true, depth: 5 }).includes('canary'));
  assert.ok(!JSON.stringify(signer).includes('canary'));
});
