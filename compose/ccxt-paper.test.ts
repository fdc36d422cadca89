/**
 * Goal: a paper session on an exchange of the ccxt library gets live books on both markets, quotes, loses and
 * regains its book, ends in order, closes the exchange and replays bit for bit. What cannot work is said
 * before anything is recorded.
 * Method: an exchange by hand in the library's place, at the pace of the wall.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DOGE_SWAP, FakeExchange, RequestTimeout } from '#adapters/ccxt/exchange.test-support.ts';
import { CcxtError } from '#adapters/ccxt/exchange-library.ts';
import { readFeedName } from '#adapters/ccxt/feed-name.ts';
import { loadConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { asCliError } from '#apps/cli/cli-error.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import type { EpochMicros } from '#units/integers.ts';
import { openCcxtPaper } from './ccxt-paper.ts';
import { verifyReplay } from './replay.ts';
import type { TradingSession } from './trading-session.ts';

/** The exchange tells its books for itself, spot and perpetual. */
class TalkingExchange extends FakeExchange {
  private round = 0;

  override watchOrderBook(symbol?: string) {
    return new Promise<Awaited<ReturnType<FakeExchange['watchOrderBook']>>>((resolve, reject) => {
      setTimeout(() => {
        this.round += 1;
        if (this.isBroken) reject(new RequestTimeout('cut'));
        else resolve(this.book(symbol));
      }, 20);
    });
  }

  override fetchOrderBook(symbol?: string) {
    return this.isBroken
      ? Promise.reject(new RequestTimeout('no answer'))
      : Promise.resolve(this.book(symbol));
  }

  isBroken = false;

  private book(symbol: string | undefined) {
    const isSwap = symbol === DOGE_SWAP.symbol;
    const lots = (isSwap ? 500 : 40_000) + (this.round % 50);
    return { bids: [[0.16233, lots]], asks: [[0.16235, lots]], timestamp: Date.now() };
  }
}

interface Stage {
  readonly exchange: TalkingExchange;
  readonly directory: string;
  open(symbol?: string): Promise<TradingSession>;
}

function stage(context: TestContext): Stage {
  const exchange = new TalkingExchange();
  const folder = mkdtempSync(join(tmpdir(), 'doge-mm-ccxt-paper-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const directory = join(folder, 'session');
  class Fake {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: the test keeps hold of the one exchange.
      return exchange;
    }
  }
  exchange.rates.push({ markPrice: 0.16234, fundingRate: 0.0001 });
  const open = (symbol = 'DOGEUSDT'): Promise<TradingSession> =>
    openCcxtPaper({
      loaded: loadConfiguration({
        file: null,
        overrides: [
          { path: 'feed', value: 'ccxt:fake' },
          { path: 'symbol', value: symbol },
          { path: 'profile', value: 'naive-touch' },
          { path: 'session.durability', value: 'inline' },
        ],
      }),
      legs: readFeedName('ccxt:fake'),
      isSandbox: false,
      library: { exchanges: ['fake'], pro: { fake: Fake } },
      directory,
      build: 'test',
      probe: new LatencyProbe(),
      onNote: () => undefined,
    });
  return { exchange, directory, open };
}

async function run(session: TradingSession, millis: number): Promise<void> {
  const until = performance.now() + millis;
  let last = performance.now();
  while (performance.now() < until) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    const now = performance.now();
    session.runUntil((session.nowMicros + Math.floor((now - last) * 1000)) as EpochMicros);
    last = now;
  }
}

test('books go live, are lost, come back, and the session replays', async (context) => {
  const { exchange, directory, open } = stage(context);
  const session = await open();
  const { markets } = session.engine.marketData;
  session.start();
  await run(session, 1_500);
  assert.equal(markets.quoted.status, BookStatus.LIVE);
  assert.equal(markets.hedge.status, BookStatus.LIVE);
  assert.equal(markets.quoted.bidPriceTicks, 16_233);
  assert.ok(markets.hedge.bidQuantityLots >= 500, 'contracts are lots');
  assert.equal(markets.hedge.markPriceUnits, 16_234_000);
  assert.ok(session.openOrderCount > 0);
  exchange.isBroken = true;
  await run(session, 100);
  assert.notEqual(markets.quoted.status, BookStatus.LIVE);
  exchange.isBroken = false;
  await run(session, 3_000);
  assert.equal(markets.quoted.status, BookStatus.LIVE);
  assert.equal(session.shutDown(), 0);
  session.close();
  assert.equal(exchange.closeCount, 1);
  const { result } = await verifyReplay(directory);
  assert.equal(result.difference, null);
});

test('an exchange that does not answer, and a market that is not there, are clear errors', async (context) => {
  const { exchange, directory, open } = stage(context);
  await assert.rejects(open('BTCUSDT'), (error) => {
    const told = asCliError(error);
    assert.deepEqual([told.exitCode, told.code], [2, 'UNKNOWN_SYMBOL']);
    return true;
  });
  exchange.isBroken = true;
  await assert.rejects(open(), (error) => {
    assert.ok(error instanceof CcxtError);
    const told = asCliError(error);
    assert.deepEqual([told.exitCode, told.where], [3, 'ccxt:fake']);
    assert.match(told.message, /no answer/);
    return true;
  });
  assert.equal(exchange.closeCount, 2);
  assert.ok(!existsSync(directory));
});
