/**
 * Goal: on real recordings the fills do not flatter: what our maker fills are worth a little later
 * is no better than what the market's own maker fills at the touch were worth, careful models fill
 * less, and a naive quoter at the touch loses its fee and more.
 * Method: a quoter joins the best bid and ask with one order each, 10 ms late, for the whole
 * recording; markouts are taken against the recorded mid. The market's trades count with at most our
 * order size, because no order of ours can be a larger part of them. The recordings are decoded here,
 * apart from the product's decoders, so that a mistake in those cannot hide.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type LevelColumn,
  type MarketEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { type EpochMicros, priceTicks, quantityLots } from '#units/integers.ts';
import { MarkoutMean, MidPath, NaiveQuoter, ORDER_LOTS } from './naive-quoter.test-support.ts';
import { FillCause, type QueueFill } from './queue-fill.ts';
import { RecordedBook } from './recorded-book.ts';

const MAKER_FEE_BPS = 10;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// biome-ignore lint/style/noProcessEnv: the folder of the recordings is the tester's choice.
const FOLDER = process.env['DOGE_MM_DATA'] ?? join(ROOT, '../shared/data');

function recordingSkip(file: string): string | false {
  return existsSync(join(FOLDER, 'binance', file)) ? false : 'recordings not found';
}

interface Moment {
  readonly venueMicros: number;
  readonly event: MarketEvent;
}

interface Frame {
  readonly e?: string;
  readonly u?: number;
  readonly U?: number;
  readonly pu?: number;
  readonly E?: number;
  readonly T?: number;
  readonly b?: readonly (readonly [string, string])[] | string;
  readonly a?: readonly (readonly [string, string])[] | string;
  readonly B?: string;
  readonly A?: string;
  readonly p?: string;
  readonly q?: string;
  readonly m?: boolean;
  readonly lastUpdateId?: number;
  readonly bids?: readonly (readonly [string, string])[];
  readonly asks?: readonly (readonly [string, string])[];
}

interface Scale {
  readonly ticksPerQuote: number;
  readonly lotsPerBase: number;
}

/** Reads a recording and puts it in venue time, trades first where the time is the same. */
function readRecording(file: string, scale: Scale): Moment[] {
  const lines = gunzipSync(readFileSync(join(FOLDER, 'binance', file)))
    .toString()
    .split('\n');
  const frames = lines
    .filter((line) => line.length > 0)
    .map((line) => {
      const space = line.indexOf(' ');
      const message = JSON.parse(line.slice(space + 1)) as { data?: Frame } & Frame;
      return {
        receivedMicros: Math.floor(Number(line.slice(0, space - 3))),
        frame: message.data ?? message,
      };
    });
  let fastestMicros = Number.POSITIVE_INFINITY;
  for (const { frame, receivedMicros } of frames) {
    if (frame.e !== 'trade') continue;
    fastestMicros = Math.min(fastestMicros, receivedMicros - (frame.T ?? 0) * 1_000);
  }
  return frames
    .map(({ frame, receivedMicros }) => {
      const stamp = frame.T ?? frame.E;
      const venueMicros = stamp === undefined ? receivedMicros - fastestMicros : stamp * 1_000;
      return { venueMicros, event: toEvent(frame, venueMicros, scale) };
    })
    .sort((one, other) => one.venueMicros - other.venueMicros || rank(one) - rank(other));
}

function rank(moment: Moment): number {
  return moment.event instanceof TradeEvent ? 0 : 1;
}

function toEvent(frame: Frame, venueMicros: number, scale: Scale): MarketEvent {
  const ticks = (text: string): number => Math.round(Number(text) * scale.ticksPerQuote);
  const lots = (text: string): number => Math.round(Number(text) * scale.lotsPerBase);
  const fill = (column: LevelColumn, levels: Frame['b']): void => {
    if (typeof levels !== 'object') return;
    for (const [price, quantity] of levels) column.push(ticks(price), lots(quantity));
  };
  if (frame.e === 'trade') {
    const trade = new TradeEvent();
    trade.venueTimeMicros = venueMicros as EpochMicros;
    trade.priceTicks = priceTicks(ticks(frame.p ?? ''));
    trade.quantityLots = quantityLots(lots(frame.q ?? ''));
    trade.aggressor = frame.m === true ? Side.SELL : Side.BUY;
    return trade;
  }
  if (frame.e === 'depthUpdate') {
    const delta = new DepthDeltaEvent();
    delta.venueTimeMicros = venueMicros as EpochMicros;
    delta.firstUpdateId = frame.U ?? 0;
    delta.lastUpdateId = frame.u ?? 0;
    if (frame.pu !== undefined) delta.previousUpdateId = frame.pu;
    fill(delta.bids, frame.b);
    fill(delta.asks, frame.a);
    return delta;
  }
  if (frame.lastUpdateId !== undefined) {
    const snapshot = new DepthSnapshotEvent();
    snapshot.lastUpdateId = frame.lastUpdateId;
    fill(snapshot.bids, frame.bids);
    fill(snapshot.asks, frame.asks);
    return snapshot;
  }
  const ticker = new BookTickerEvent();
  ticker.updateId = frame.u ?? 0;
  ticker.bidPriceTicks = priceTicks(ticks(frame.b as string));
  ticker.bidQuantityLots = quantityLots(lots(frame.B ?? ''));
  ticker.askPriceTicks = priceTicks(ticks(frame.a as string));
  ticker.askQuantityLots = quantityLots(lots(frame.A ?? ''));
  return ticker;
}

interface Outcome {
  readonly fills: readonly QueueFill[];
  readonly filledLots: number;
  /** Markouts in basis points, one per horizon. */
  readonly ownBps: readonly number[];
  readonly marketBps: readonly number[];
  readonly gapCount: number;
}

const HORIZONS_MICROS = [100_000, 1_000_000, 5_000_000];

interface TouchTrade {
  readonly venueMicros: number;
  readonly trade: TradeEvent;
}

function play(recording: readonly Moment[], queueModel: string): Outcome {
  const quoter = new NaiveQuoter(queueModel);
  const mids = new MidPath();
  const touchTrades: TouchTrade[] = [];
  let bidTicks = 0;
  let askTicks = 0;
  for (const { venueMicros, event } of recording) {
    quoter.arrive(venueMicros);
    quoter.book.onMarketEvent(event, venueMicros);
    if (event instanceof TradeEvent) {
      const isAtTouch = event.priceTicks === bidTicks || event.priceTicks === askTicks;
      if (isAtTouch) touchTrades.push({ venueMicros, trade: event });
    }
    if (!(event instanceof BookTickerEvent) || !quoter.book.isReady) continue;
    bidTicks = event.bidPriceTicks;
    askTicks = event.askPriceTicks;
    mids.add(venueMicros, (bidTicks + askTicks) / 2);
    quoter.see(venueMicros, Side.BUY, bidTicks);
    quoter.see(venueMicros, Side.SELL, askTicks);
  }
  return {
    fills: quoter.fills,
    filledLots: quoter.fills.reduce((total, fill) => total + fill.quantityLots, 0),
    ownBps: HORIZONS_MICROS.map((horizon) => ownMarkout(quoter.fills, mids, horizon)),
    marketBps: HORIZONS_MICROS.map((horizon) => marketMarkout(touchTrades, mids, horizon)),
    gapCount: quoter.book.gapCount,
  };
}

function ownMarkout(fills: readonly QueueFill[], mids: MidPath, horizonMicros: number): number {
  const mean = new MarkoutMean();
  for (const { order, priceTicks: price, quantityLots: lots, atMicros } of fills) {
    if (order !== null) mean.add(order.side, price, lots, mids.at(atMicros + horizonMicros));
  }
  return mean.bps;
}

function marketMarkout(trades: readonly TouchTrade[], mids: MidPath, horizon: number): number {
  const mean = new MarkoutMean();
  for (const { venueMicros, trade } of trades) {
    const makerSide = trade.aggressor === Side.BUY ? Side.SELL : Side.BUY;
    const lots = Math.min(trade.quantityLots, ORDER_LOTS);
    mean.add(makerSide, trade.priceTicks, lots, mids.at(venueMicros + horizon));
  }
  return mean.bps;
}

function describe(queueModel: string, outcome: Outcome): string {
  const show = (values: readonly number[]): string =>
    values.map((value) => value.toFixed(2)).join(' ');
  const net = ((outcome.ownBps[1] as number) - MAKER_FEE_BPS).toFixed(2);
  return (
    `${queueModel}: ${outcome.fills.length} fills, ${outcome.filledLots} lots; markout in bp after ` +
    `0.1, 1, 5 s: ours ${show(outcome.ownBps)}, market ${show(outcome.marketBps)}; ` +
    `after 1 s and a fee of ${MAKER_FEE_BPS} bp: ${net}`
  );
}

const SPOT = [
  ['spot-btcusdt-20240808.gz', { ticksPerQuote: 100, lotsPerBase: 100_000 }],
  ['spot-ethusdt-20240808.gz', { ticksPerQuote: 100, lotsPerBase: 10_000 }],
] as const;

const PERPETUAL = [
  ['usdm-btcusdt-20240808.gz', { ticksPerQuote: 10, lotsPerBase: 1_000 }],
  ['usdm-ethusdt-20240808.gz', { ticksPerQuote: 100, lotsPerBase: 1_000 }],
] as const;

for (const [file, scale] of SPOT) {
  test(`${file}: simulated maker fills do not flatter`, {
    skip: recordingSkip(file),
  }, (t: TestContext) => {
    const recording = readRecording(file, scale);
    const filledLots = ['power:2', 'risk-averse', 'trade-through'].map((queueModel) => {
      const outcome = play(recording, queueModel);
      t.diagnostic(describe(queueModel, outcome));
      assert.equal(outcome.gapCount, 0);
      assert.ok(outcome.fills.length >= 20);
      assert.ok(outcome.fills.every((fill) => fill.cause !== FillCause.TAKER));
      // Five seconds are printed only: six minutes hold too few independent ones to judge.
      for (const horizon of [0, 1]) {
        const own = outcome.ownBps[horizon] as number;
        const market = outcome.marketBps[horizon] as number;
        assert.ok(own <= market, `${queueModel}: ours ${own} bp, market ${market} bp`);
      }
      // Adverse selection at the touch eats the half spread, so the fee is lost and more.
      const oneSecondBps = outcome.ownBps[1] as number;
      assert.ok(oneSecondBps < 0 && oneSecondBps > -5, `${oneSecondBps} bp`);
      return outcome.filledLots;
    });
    const [power = 0, riskAverse = 0, tradeThrough = 0] = filledLots;
    assert.ok(power >= riskAverse && riskAverse >= tradeThrough, `${filledLots}`);
  });
}

function assertSameTop(book: RecordedBook, top: BookTickerEvent): void {
  assert.deepEqual(
    [book.bids.bestTicks, book.bids.lotsAt(top.bidPriceTicks)],
    [top.bidPriceTicks, top.bidQuantityLots],
  );
  assert.deepEqual(
    [book.asks.bestTicks, book.asks.lotsAt(top.askPriceTicks)],
    [top.askPriceTicks, top.askQuantityLots],
  );
}

for (const [file, scale] of [...SPOT, ...PERPETUAL]) {
  test(`${file}: the book built from depth alone agrees with bookTicker at equal update ids`, {
    skip: recordingSkip(file),
  }, (t: TestContext) => {
    const book = new RecordedBook({ onLevel() {}, onReset() {} });
    const tops = new Map<number, BookTickerEvent>();
    const recording = readRecording(file, scale);
    for (const { event } of recording) {
      if (event instanceof BookTickerEvent) tops.set(event.updateId, event);
    }
    let comparedCount = 0;
    for (const { event } of recording) {
      if (event instanceof DepthSnapshotEvent) book.applySnapshot(event);
      if (!(event instanceof DepthDeltaEvent) || !book.applyDelta(event)) continue;
      const top = tops.get(event.lastUpdateId);
      if (top === undefined) continue;
      comparedCount += 1;
      assertSameTop(book, top);
    }
    t.diagnostic(`${comparedCount} comparisons`);
    assert.equal(book.gapCount, 0);
    assert.ok(comparedCount > 100);
  });
}
