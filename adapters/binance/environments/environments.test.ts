/**
 * Goal: no environment holds an address of another, and replaced bases are told as such.
 * Method: the whole table, by hosts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENT_NAMES, environmentOf, withBases } from './environments.ts';

function hosts(name: (typeof ENVIRONMENT_NAMES)[number]): string[] {
  const { spot, usdm } = environmentOf(name);
  return [
    spot.rest,
    ...spot.streams,
    spot.webSocketApi,
    spot.binaryStreams,
    usdm.rest,
    ...usdm.streams,
    usdm.webSocketApi,
  ].map((url) => new URL(url).hostname);
}

test('production shares no host with the others', () => {
  const real = new Set(hosts('production'));
  for (const name of ENVIRONMENT_NAMES) {
    if (name === 'production') continue;
    for (const host of hosts(name)) assert.ok(!real.has(host), `${name}: ${host}`);
  }
});

test('a replaced base makes the environment custom; nothing replaced leaves it', () => {
  const production = environmentOf('production');
  assert.equal(withBases(production, {}), production);
  const custom = withBases(production, { spotRest: 'http://127.0.0.1:1/', spotStreams: 'ws://x/' });
  assert.equal(custom.name, 'custom');
  assert.equal(custom.spot.rest, 'http://127.0.0.1:1');
  assert.deepEqual(custom.spot.streams, ['ws://x', 'ws://x']);
  assert.equal(custom.usdm.rest, production.usdm.rest);
});
