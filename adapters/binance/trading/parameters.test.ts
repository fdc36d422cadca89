/**
 * Goal: signed text and sent text are one text, on both wires.
 * Method: the published vectors built from parameters; values that need encoding.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { queryText, signedParameters, signedQuery, sortedText } from './parameters.ts';

const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';

test('REST: percent-encoded first, then signed, signature last', () => {
  const query = signedQuery(
    {
      symbol: '１２３４５６',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '1',
      price: '0.1',
      recvWindow: 5000,
      timestamp: 1499827319559,
    },
    new HmacSigner(KEY, SECRET),
  );
  assert.ok(query.startsWith('symbol=%EF%BC%91%EF%BC%92'));
  assert.ok(
    query.endsWith('&signature=e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3'),
  );
});

test('REST: lists of the batch requests are encoded whole', () => {
  assert.equal(queryText({ orderIdList: '[1,2]' }), 'orderIdList=%5B1%2C2%5D');
  assert.equal(queryText({ a: "x'(y)*!" }), 'a=x%27%28y%29%2A%21');
});

test('what is undefined is neither signed nor sent', () => {
  assert.equal(queryText({ a: 1, b: undefined, c: false }), 'a=1&c=false');
  assert.equal(sortedText({ c: 'z', b: undefined, a: 1, signature: 'x' }), 'a=1&c=z');
});

test('WebSocket: sorted by name, raw', () => {
  const parameters = signedParameters(
    {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01000000',
      price: '52000.00',
      recvWindow: 100,
      timestamp: 1645423376532,
    },
    new HmacSigner(KEY, SECRET),
  );
  assert.equal(
    parameters['signature'],
    'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
  );
});
