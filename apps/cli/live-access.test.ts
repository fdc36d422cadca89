/**
 * Goal: nobody trades real money by accident, and a missing or broken key says which and what to do.
 * Method: flags and environment variables as people give them.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError, ExitCode } from './cli-error.ts';
import { liveAccess } from './live-access.ts';

const HMAC = { DOGE_MM_API_KEY: 'key', DOGE_MM_API_SECRET: 'a very secret secret' };
const folder = mkdtempSync(join(tmpdir(), 'live-access-'));

function refuses(action: () => unknown, exitCode: ExitCode, words: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof CliError, String(error));
    assert.equal(error.exitCode, exitCode);
    assert.match(`${error.message} | ${error.where} | ${error.remedy}`, words);
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /very secret/);
    return true;
  });
}

test('an environment must be named', () => {
  refuses(() => liveAccess({}, HMAC), ExitCode.USAGE, /--environment .* testnet, demo/);
});

test('production needs its switch', () => {
  const options = { environment: 'production' } as const;
  refuses(() => liveAccess(options, HMAC), ExitCode.USAGE, /real money.*--trade-real-money/);
  const { environment } = liveAccess({ ...options, tradeRealMoney: true }, HMAC);
  assert.equal(environment.name, 'production');
});

test('addresses of one’s own need the switch, unless they are all on this host', () => {
  const far = { environment: 'testnet', spotRest: 'https://api.example.org' } as const;
  refuses(() => liveAccess(far, HMAC), ExitCode.USAGE, /not on this host/);
  const near = {
    environment: 'testnet',
    spotRest: 'http://127.0.0.1:1',
    spotStreams: 'ws://127.0.0.1:1',
    spotWsApi: 'ws://127.0.0.1:1/ws-api/v3',
    usdmRest: 'http://127.0.0.1:2',
    usdmStreams: 'ws://127.0.0.1:2',
    usdmWsApi: 'ws://127.0.0.1:2/ws-fapi/v1',
  } as const;
  assert.equal(liveAccess(near, HMAC).environment.name, 'custom');
  const { usdmWsApi: _, ...oneIsFar } = near;
  refuses(() => liveAccess(oneIsFar, HMAC), ExitCode.USAGE, /not on this host/);
});

test('a missing key says which variables to set', () => {
  const options = { environment: 'testnet' } as const;
  refuses(() => liveAccess(options, {}), ExitCode.ENVIRONMENT, /DOGE_MM_API_KEY.*PRIVATE_KEY_FILE/);
  const half = { ...HMAC, DOGE_MM_PERP_API_KEY: 'other' };
  refuses(() => liveAccess(options, half), ExitCode.ENVIRONMENT, /DOGE_MM_PERP_API_SECRET/);
});

test('a key file of the wrong kind is refused without a byte of it', () => {
  const file = join(folder, 'wrong.pem');
  writeFileSync(file, 'a very secret thing that is no key');
  const variables = { DOGE_MM_API_KEY: 'key', DOGE_MM_API_PRIVATE_KEY_FILE: file };
  const options = { environment: 'testnet' } as const;
  refuses(() => liveAccess(options, variables), ExitCode.ENVIRONMENT, /PEM/);
  const missing = { ...variables, DOGE_MM_API_PRIVATE_KEY_FILE: join(folder, 'nowhere.pem') };
  refuses(() => liveAccess(options, missing), ExitCode.ENVIRONMENT, /ENOENT/);
});

test('the perpetual takes the key of spot unless it has its own', () => {
  const options = { environment: 'testnet' } as const;
  const one = liveAccess(options, HMAC).signers;
  assert.equal(one[0], one[1]);
  const own = { ...HMAC, DOGE_MM_PERP_API_KEY: 'perp', DOGE_MM_PERP_API_SECRET: 'its secret' };
  assert.equal(liveAccess(options, own).signers[1].apiKey, 'perp');
});

test('the line of an exchange on this host is all that is needed', () => {
  const file = join(folder, 'exchange.json');
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const host = (port: number, scheme: string) => `${scheme}://127.0.0.1:${port}`;
  const line = {
    spot: {
      rest: host(1, 'http'),
      streams: host(1, 'ws'),
      wsApi: `${host(1, 'ws')}/ws-api/v3`,
      sbe: host(3, 'ws'),
    },
    usdm: { rest: host(2, 'http'), streams: host(2, 'ws'), wsApi: host(2, 'ws') },
    keys: [
      { name: 'maker', kind: 'ED25519', apiKey: 'ed', privateKeyPem },
      { name: 'other', kind: 'HMAC', apiKey: 'hm', secret: 's' },
    ],
  };
  writeFileSync(file, JSON.stringify(line));
  const access = liveAccess({ venue: `exchange:${file}` }, {});
  assert.equal(access.environment.spot.webSocketApi, 'ws://127.0.0.1:1/ws-api/v3');
  assert.equal(access.environment.usdm.webSocketApi, 'ws://127.0.0.1:2/ws-fapi/v1');
  assert.equal(access.signers[0].apiKey, 'ed');
  assert.equal(liveAccess({ venue: `exchange:${file}`, key: 'other' }, {}).signers[0].apiKey, 'hm');
  refuses(
    () => liveAccess({ venue: `exchange:${file}`, key: 'none' }, {}),
    ExitCode.ENVIRONMENT,
    /no key "none"/,
  );
  writeFileSync(file, JSON.stringify({ ...line, spot: { ...line.spot, rest: 'https://a.org' } }));
  refuses(() => liveAccess({ venue: `exchange:${file}` }, {}), ExitCode.ENVIRONMENT, /this host/);
  writeFileSync(file, '[1]');
  refuses(() => liveAccess({ venue: `exchange:${file}` }, {}), ExitCode.ENVIRONMENT, /addresses/);
});

test('a venue that is none is a usage error', () => {
  refuses(() => liveAccess({ venue: 'kraken' }, HMAC), ExitCode.USAGE, /exchange:FILE/);
});
