/**
 * Goal: demo accounts have keys of both kinds that sign; a key file is read whole or refused with its place.
 * Method: keys are made, used and read back; a table of bad files.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { demoAccounts } from './demo-accounts.ts';
import { keySource } from './key-making.ts';
import { KeysFileError, parseKeys } from './keys-file.ts';

const SOURCE = keySource(1);

test('with a seed the demo keys are the same at every start, without one they are not', () => {
  const names = (seed: number | null) =>
    demoAccounts(['DOGE', 'USDT'], seed).allKeys.map((key) => key.apiKey);
  assert.deepEqual(names(7), names(7));
  assert.notDeepEqual(names(7), names(8));
  assert.notDeepEqual(names(null), names(null));
});

test('there are two accounts with keys of both kinds, and one that may only read', () => {
  const accounts = demoAccounts(['DOGE', 'USDT'], 1);
  assert.equal(accounts.all.length, 2);
  for (const account of accounts.all) {
    const keys = accounts.allKeys.filter((key) => key.accountId === account.id);
    assert.deepEqual(keys.map((key) => key.kind).sort(), ['ED25519', 'HMAC', 'HMAC']);
    assert.equal(keys.filter((key) => !key.permissions.has('TRADE')).length, 1);
    const pair = keys.find((key) => key.kind === 'ED25519');
    const signature = sign(null, Buffer.from('text'), pair?.privateKeyPem ?? '');
    assert.ok(pair !== undefined && verify(null, Buffer.from('text'), pair.verifier, signature));
  }
});

test('a revoked key is gone and those who use it hear of it', () => {
  const accounts = demoAccounts(['USDT'], 1);
  const [key] = accounts.allKeys;
  const heard: string[] = [];
  accounts.onRevoked((each) => heard.push(each.name));
  assert.equal(accounts.revoke(key?.apiKey ?? ''), true);
  assert.equal(accounts.revoke(key?.apiKey ?? ''), false);
  assert.equal(accounts.keyOf(key?.apiKey ?? ''), undefined);
  assert.deepEqual(heard, ['demo-1-hmac']);
});

test('a key file says balances, rates, permissions, addresses and keys, or has them made', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const accounts = parseKeys(
    JSON.stringify({
      accounts: [
        {
          name: 'maker',
          spot: { DOGE: '500000.5', USDT: 1000 },
          usdm: { USDT: '7' },
          makerFeeRate: '-0.0001',
          keys: [
            { name: 'a', kind: 'HMAC', apiKey: 'my-key', secret: 's', addresses: ['10.0.0.1'] },
            { name: 'b', kind: 'ED25519', publicKeyPem: pem, permissions: ['READ', 'WITHDRAW'] },
            { name: 'c', kind: 'ED25519' },
          ],
        },
      ],
    }),
    'keys',
    SOURCE,
  );
  const account = accounts.account(0);
  assert.equal(account.spotBalances.get('DOGE'), 50_000_050_000_000);
  assert.deepEqual([account.makerFeeRate, account.takerFeeRate], [-10_000, null]);
  const [first, second, third] = accounts.allKeys;
  assert.deepEqual([first?.apiKey, first?.secret, first?.addresses], ['my-key', 's', ['10.0.0.1']]);
  assert.deepEqual([second?.privateKeyPem, second?.permissions.has('WITHDRAW')], ['', true]);
  assert.ok(third?.privateKeyPem.includes('PRIVATE KEY'));
});

const key = { name: 'a', kind: 'HMAC' };
for (const [why, text, where] of [
  ['is no YAML', '{', 'keys'],
  ['has no accounts', 'accounts: []', 'keys: accounts'],
  [
    'has an unknown field',
    JSON.stringify({ accounts: [{ name: 'a', keys: [key], x: 1 }] }),
    'keys: accounts.0',
  ],
  [
    'has a bad amount',
    JSON.stringify({ accounts: [{ name: 'a', spot: { USDT: '1e5' }, keys: [key] }] }),
    'keys: accounts.0.spot.USDT',
  ],
  [
    'has a key twice',
    JSON.stringify({
      accounts: [
        {
          name: 'a',
          keys: [
            { ...key, apiKey: 'k' },
            { ...key, apiKey: 'k' },
          ],
        },
      ],
    }),
    'keys',
  ],
  [
    'has a PEM that is none',
    JSON.stringify({
      accounts: [{ name: 'a', keys: [{ name: 'b', kind: 'ED25519', publicKeyPem: 'x' }] }],
    }),
    'keys: accounts.0.keys.0',
  ],
] as const) {
  test(`a key file that ${why} is refused with its place`, () => {
    assert.throws(
      () => parseKeys(text, 'keys', SOURCE),
      (error) => error instanceof KeysFileError && error.where === where,
    );
  });
}
