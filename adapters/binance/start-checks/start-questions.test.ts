/**
 * Goal: the questions before trading are the ones that the official clients ask.
 * Method: a recording server on the loopback, the clock fixed, both asked the same.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, mock, test } from 'node:test';
import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { Spot } from '@binance/spot';
import { APIRateLimiter, SPOT_RATE_LIMITS } from '#adapters/binance/trading/rate-limiter.ts';
import { RestTransport } from '#adapters/binance/trading/rest-transport.ts';
import { TradeLink } from '#adapters/binance/trading/trade-link.ts';
import { HmacSigner } from '#adapters/signing/signing.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { VenueStartQuestions } from './start-questions.ts';

const NOW = 1_795_305_600_123;
const KEY = 'demo-key';
const SECRET = 'demo-secret';
const SYMBOL = 'DOGEUSDT';
const recvWindow = 2_000;

let recorded: string[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const parameters = [...url.searchParams]
    .map(([name, value]) => (name === 'signature' ? name : `${name}=${value}`))
    .sort();
  const key = String(request.headers['x-mbx-apikey'] ?? '');
  recorded.push(`${request.method} ${url.pathname} ${key} ${parameters.join('&')}`);
  response.end('{}');
});
let base = '';
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mock.timers.enable({ apis: ['Date'], now: NOW });
});
after(() => {
  mock.timers.reset();
  server.closeAllConnections();
  server.close();
});

function linkTo(market: Market): { link: TradeLink; rest: RestTransport } {
  const clock = { nowMicros: () => (NOW * 1_000) as EpochMicros };
  const limiter = new APIRateLimiter(SPOT_RATE_LIMITS);
  const rest = new RestTransport({ baseUrl: base, apiKey: KEY, clock, limiter });
  const link = new TradeLink({
    market,
    signer: new HmacSigner(KEY, SECRET),
    clock,
    limiter,
    rest,
    session: null,
    venueMillis: () => NOW,
    recvWindowMillis: recvWindow,
  });
  return { link, rest };
}

async function same(ours: () => Promise<unknown>, theirs: () => Promise<unknown>): Promise<void> {
  recorded = [];
  await ours();
  await theirs();
  assert.equal(recorded.length, 2);
  assert.equal(recorded[0], recorded[1]);
}

function pointToServer(restAPI: unknown): void {
  (restAPI as { configuration: { basePath: string } }).configuration.basePath = base;
}

test('the same questions and settings as the official clients', async () => {
  const configurationRestAPI = { apiKey: KEY, apiSecret: SECRET, compression: false, retries: 0 };
  const { restAPI: spotApi } = new Spot({ configurationRestAPI });
  const { restAPI } = new DerivativesTradingUsdsFutures({ configurationRestAPI });
  pointToServer(spotApi);
  pointToServer(restAPI);
  const spot = linkTo(Market.SPOT);
  const perpetual = linkTo(Market.PERPETUAL);
  const ask = new VenueStartQuestions({
    spot: spot.link,
    perpetual: perpetual.link,
    tellsKeyPermissions: true,
    clockOffset: () => Promise.resolve(null),
  });
  await same(
    () => ask.account(Market.SPOT),
    () => spotApi.getAccount({ recvWindow }),
  );
  recorded = [];
  await ask.commission(Market.SPOT, SYMBOL);
  await spotApi.accountCommission({ symbol: SYMBOL });
  // The official client has no recvWindow for this one; the venue takes it on every signed request.
  assert.equal(recorded[0]?.replace('recvWindow=2000&', ''), recorded[1]);
  await same(
    () => ask.exchangeInfo(Market.PERPETUAL, SYMBOL),
    () => restAPI.exchangeInformation(),
  );
  await same(
    () => ask.account(Market.PERPETUAL),
    () => restAPI.futuresAccountConfiguration({ recvWindow }),
  );
  await same(
    () => ask.commission(Market.PERPETUAL, SYMBOL),
    () => restAPI.userCommissionRate({ symbol: SYMBOL, recvWindow }),
  );
  await same(
    () => ask.positionMode(),
    () => restAPI.getCurrentPositionMode({ recvWindow }),
  );
  await same(
    () => ask.setOneWay(),
    () => restAPI.changePositionMode({ dualSidePosition: 'false', recvWindow }),
  );
  await same(
    () => ask.multiAssetsMode(),
    () => restAPI.getCurrentMultiAssetsMode({ recvWindow }),
  );
  await same(
    () => ask.setSingleAsset(),
    () => restAPI.changeMultiAssetsMode({ multiAssetsMargin: 'false', recvWindow }),
  );
  await same(
    () => ask.symbolSettings(SYMBOL),
    () => restAPI.symbolConfiguration({ symbol: SYMBOL, recvWindow }),
  );
  await same(
    () => ask.setLeverage(SYMBOL, 5),
    () => restAPI.changeInitialLeverage({ symbol: SYMBOL, leverage: 5, recvWindow }),
  );
  await same(
    () => ask.setMarginType(SYMBOL, 'CROSSED'),
    () => restAPI.changeMarginType({ symbol: SYMBOL, marginType: 'CROSSED', recvWindow } as never),
  );
  await spot.rest.close();
  await perpetual.rest.close();
});

test('the permissions of a key are asked on the spot address, where there is such a query', async () => {
  const spot = linkTo(Market.SPOT);
  const shared = { spot: spot.link, perpetual: null, clockOffset: () => Promise.resolve(null) };
  const production = new VenueStartQuestions({ ...shared, tellsKeyPermissions: true });
  recorded = [];
  await production.keyPermissions(Market.SPOT);
  await production.keyPermissions(Market.PERPETUAL);
  const asked = `GET /sapi/v1/account/apiRestrictions ${KEY} recvWindow=2000&signature&timestamp=${NOW}`;
  assert.deepEqual(recorded, [asked, asked]);
  const testnet = new VenueStartQuestions({ ...shared, tellsKeyPermissions: false });
  assert.equal(testnet.keyPermissions(Market.SPOT), null);
  const unhedged = await production.positionMode();
  assert.equal(unhedged.kind, 'NOT_SENT');
  await spot.rest.close();
});
