/**
 * Goal: the real library's streams become a live book and trades: its first book is a snapshot, its further
 * ones deltas that follow, and a cut connection comes back.
 * Method: ccxt's own class for Binance against a small venue on this machine, over real sockets.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import {
  bundledExchangeInfo,
  defineInstrument,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { SystemTimers } from '#adapters/clock/timers.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import type { InstrumentIndex, RateUnits } from '#units/integers.ts';
import { loadLibrary, loadMarkets, openExchange } from './exchange-library.ts';
import { CcxtMarketData } from './market-feed.ts';
import { findMarket, specificationOf } from './market-rules.ts';

const BEAT_MILLIS = 20;

/** Public REST and un-combined streams of one market; lots count up with the update id. */
class StreamingVenue {
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private readonly streams = new Set<string>();
  private id = 1_000;
  private readonly beat = setInterval(() => this.publish(), BEAT_MILLIS);
  private readonly server = createServer((request, response) => {
    const isDepth = request.url?.includes('/depth') === true;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(isDepth ? this.snapshot() : JSON.stringify(bundledExchangeInfo(Market.SPOT)));
  });

  async listen(): Promise<string> {
    this.server.on('upgrade', (request, socket, head) => {
      this.sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data) => {
          const { params, id } = JSON.parse(String(data)) as { params: string[]; id: number };
          for (const stream of params) this.streams.add(stream);
          client.send(JSON.stringify({ result: null, id }));
        });
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    for (const client of this.sockets.clients) client.terminate();
  }

  async close(): Promise<void> {
    clearInterval(this.beat);
    this.cut();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private snapshot(): string {
    return `{"lastUpdateId":${this.id},"bids":[["0.16233000","${this.id}.00000000"],["0.16230000","7.00000000"]],"asks":[["0.16234000","53000.00000000"]]}`;
  }

  private publish(): void {
    this.id += 1;
    const { id } = this;
    const now = Date.now();
    for (const stream of this.streams) {
      const text = stream.includes('depth')
        ? `{"e":"depthUpdate","E":${now},"s":"DOGEUSDT","U":${id},"u":${id},"b":[["0.16233000","${id}.00000000"]],"a":[]}`
        : `{"e":"${stream.includes('aggTrade') ? 'aggTrade' : 'trade'}","E":${now},"s":"DOGEUSDT","t":${id},"a":${id},"p":"0.16234000","q":"15.00000000","T":${now},"m":false,"M":true}`;
      for (const client of this.sockets.clients) client.send(text);
    }
  }
}

test('streams of the real library make a book that follows, and come back after a cut', async () => {
  const venue = new StreamingVenue();
  const place = await venue.listen();
  const exchange = openExchange(await loadLibrary(), {
    id: 'binance',
    isSandbox: false,
    settings: {
      options: { fetchMarkets: { types: ['spot'] } },
      has: { watchBidsAsks: false, watchTicker: false },
    },
  });
  const { api } = (exchange as unknown as { urls: { api: Record<string, unknown> } }).urls;
  // Every address, so that nothing can leave this machine.
  for (const name of Object.keys(api)) api[name] = `http://${place}/api/v3`;
  api['ws'] = { spot: `ws://${place}/ws` };
  // Asked for by the library where an address has no TLS.
  await (exchange as unknown as { loadHttpProxyAgent(): Promise<unknown> }).loadHttpProxyAgent();
  const market = findMarket(exchange, await loadMarkets(exchange), Market.SPOT, 'DOGEUSDT');
  const instrument = defineInstrument(specificationOf(exchange, market, Market.SPOT, 'DOGEUSDT'), {
    index: 0 as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
  const kinds: number[] = [];
  const bestLots: number[] = [];
  let lastId = 0;
  const feed = new CcxtMarketData({
    exchange,
    market,
    instrument,
    timers: new SystemTimers(),
    sink: {
      publish: (event) => {
        kinds.push(event.kind);
        if (event.kind === EventKind.DEPTH_SNAPSHOT) {
          lastId = event.lastUpdateId;
          assert.deepEqual([...event.bids.pricesTicks.subarray(0, 2)], [16_233, 16_230]);
        }
        if (event.kind !== EventKind.DEPTH_DELTA) return;
        assert.equal(event.firstUpdateId, lastId + 1);
        lastId = event.lastUpdateId;
        if (event.bids.count > 0) bestLots.push(event.bids.quantitiesLots[0] as number);
      },
    },
    onNote: () => undefined,
  });
  assert.deepEqual([feed.capabilities.book, feed.capabilities.trades], ['STREAM', 'STREAM']);
  feed.start();
  await until(() => bestLots.length > 10 && kinds.includes(EventKind.TRADE));
  assert.deepEqual(kinds.filter((kind) => kind !== EventKind.TRADE).slice(0, 2), [
    EventKind.FEED_STATUS,
    EventKind.DEPTH_SNAPSHOT,
  ]);
  assert.ok(bestLots.every((lots, index) => index === 0 || lots > (bestLots[index - 1] as number)));
  const before = kinds.length;
  venue.cut();
  await until(
    () => kinds.slice(before).filter((one) => one === EventKind.FEED_STATUS).length === 2,
  );
  feed.stop();
  await exchange.close();
  await venue.close();
});

async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 500 && !isSo(); round++) await pause(20);
  assert.ok(isSo(), 'not within ten seconds');
}
