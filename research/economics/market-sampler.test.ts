/**
 * Goal: what is measured is what was there: spread, volatility, market orders, basis, funding.
 * Method: a market of book tickers and trades made by hand, on a grid that makes sums easy; the real
 * recordings against a second, plain count where they are at hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { DEFAULT_MARKET_DATA_CONFIGURATION } from '#contracts/configuration/market-data-configuration.ts';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import {
  BookTickerEvent,
  DepthSnapshotEvent,
  MarkPriceEvent,
  TimerEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type {
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { MarketSampler } from './market-sampler.ts';

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

function instrument(market: Market): Instrument {
  const isSpot = market === Market.SPOT;
  return bundledInstrument(market, 'DOGEUSDT', {
    index: (isSpot ? 0 : 1) as InstrumentIndex,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
}

/** A sampler and the hands to feed it. Prices in ticks, times in microseconds since START. */
class Story {
  readonly sampler: MarketSampler;
  private updateId = 100;

  constructor(instruments = [instrument(Market.SPOT), instrument(Market.PERPETUAL)]) {
    this.sampler = new MarketSampler({
      instruments,
      marketData: { ...DEFAULT_MARKET_DATA_CONFIGURATION, ladderTicks: 1024 },
      pricing: DEFAULT_PRICING_CONFIGURATION,
      output: { emit: () => undefined },
    });
    for (const one of instruments) this.snapshot(one.index);
  }

  top(at: number, index: number, bid: number, ask: number): void {
    const event = new BookTickerEvent();
    this.updateId += 1;
    event.instrument = index as InstrumentIndex;
    event.atMicros = (START + at) as EpochMicros;
    event.venueTimeMicros = (index === 0 ? 0 : START + at) as EpochMicros;
    event.updateId = this.updateId;
    event.bidPriceTicks = bid as PriceTicks;
    event.bidQuantityLots = 10 as QuantityLots;
    event.askPriceTicks = ask as PriceTicks;
    event.askQuantityLots = 10 as QuantityLots;
    this.sampler.publish(event);
  }

  trade(at: number, aggressor: Side, price: number, lots: number): void {
    const event = new TradeEvent();
    event.instrument = 0 as InstrumentIndex;
    event.atMicros = (START + at) as EpochMicros;
    event.venueTimeMicros = (START + at) as EpochMicros;
    event.tradeId = this.updateId++;
    event.priceTicks = price as PriceTicks;
    event.quantityLots = lots as QuantityLots;
    event.aggressor = aggressor;
    this.sampler.publish(event);
  }

  private snapshot(index: number): void {
    const event = new DepthSnapshotEvent();
    event.instrument = index as InstrumentIndex;
    event.atMicros = START as EpochMicros;
    event.venueTimeMicros = START as EpochMicros;
    event.lastUpdateId = this.updateId;
    event.bids.push(15_999, 10);
    event.asks.push(16_001, 10);
    this.sampler.publish(event);
  }
}

test('spread, price and half spread are means over time', () => {
  const story = new Story();
  story.top(0, 0, 15_999, 16_001);
  story.top(SECOND / 2 + 1, 0, 16_000, 16_001);
  story.top(SECOND, 0, 16_000, 16_001);
  const sample = story.sampler.sample();
  assert.equal(sample.seconds, 1);
  // Ten grid moments: five show two ticks, five show one.
  assert.equal(sample.spreadTicks, 1.5);
  assert.equal(sample.oneTickShare, 0.5);
  assert.equal(sample.priceTicks, 16_000.25);
});

test('a mid that steps one tick up and down every second has a volatility of one tick', () => {
  const story = new Story();
  for (let second = 0; second <= 60; second++) {
    const up = second % 2;
    // A little after the second, so that the grid moment on it still shows the mid before.
    story.top(second * SECOND + 50_000, 0, 15_999 + up, 16_001 + up);
  }
  const { volatilityBps, volatilityPercentPerDay } = story.sampler.sample();
  assert.ok(Math.abs(volatilityBps - 0.625) < 0.01, String(volatilityBps));
  // 0.625 bp per root second is 0.625 sqrt(86 400) bp = 1.837 % a day.
  assert.ok(Math.abs(volatilityPercentPerDay - 1.837) < 0.03, String(volatilityPercentPerDay));
});

test('trades of one taker at one moment are one market order, and only its first price is the touch', () => {
  const story = new Story();
  story.top(0, 0, 15_999, 16_001);
  story.trade(SECOND, Side.BUY, 16_001, 100);
  story.trade(SECOND, Side.BUY, 16_002, 300);
  story.trade(2 * SECOND, Side.SELL, 15_999, 200);
  story.top(10 * SECOND, 0, 15_999, 16_001);
  const sample = story.sampler.sample();
  assert.ok(Math.abs(sample.marketOrdersPerSecond - 0.2) < 1e-6);
  assert.equal(sample.markouts[0]?.count, 2, 'one fill at the touch for each order');
  // One lot is one DOGE: 16 001 x 100 + 16 002 x 300 + 15 999 x 200 ticks of 0.00001, over two orders.
  const notional = (16_001 * 100 + 16_002 * 300 + 15_999 * 200) * 1_000;
  assert.equal(sample.marketOrderNotionalUnits, notional / 2);
  assert.equal(sample.reach(1).count, 1, 'the sweep to 16 002 is 1.25 bp from the mid');
});

test('basis and funding come from the perpetual', () => {
  const story = new Story();
  const mark = new MarkPriceEvent();
  mark.instrument = 1 as InstrumentIndex;
  mark.atMicros = START as EpochMicros;
  mark.venueTimeMicros = START as EpochMicros;
  mark.markPriceUnits = 16_000_000 as PriceUnits;
  mark.indexPriceUnits = 16_000_000 as PriceUnits;
  mark.fundingRate = 10_000 as RateUnits;
  mark.nextFundingMicros = (START + 3_600 * SECOND) as EpochMicros;
  story.sampler.publish(mark);
  story.top(0, 0, 15_999, 16_001);
  story.top(1, 1, 16_007, 16_009);
  story.top(10 * SECOND, 0, 15_999, 16_001);
  const sample = story.sampler.sample();
  assert.ok(Math.abs(sample.basisMeanBps - 5) < 0.01, String(sample.basisMeanBps));
  assert.ok(Math.abs(sample.hedgeHalfSpreadBps - 0.6247) < 0.001);
  assert.equal(sample.fundingRate, 10_000);
  assert.equal(Math.round(sample.secondsToFunding), 3_590);
});

test('without a perpetual its figures are not numbers, and other events change nothing', () => {
  const story = new Story([instrument(Market.SPOT)]);
  story.top(0, 0, 15_999, 16_001);
  story.top(SECOND, 0, 15_999, 16_001);
  const timer = new TimerEvent();
  timer.atMicros = (START + 100 * SECOND) as EpochMicros;
  story.sampler.publish(timer);
  const sample = story.sampler.sample();
  assert.ok(Number.isNaN(sample.hedgeHalfSpreadBps));
  assert.ok(Number.isNaN(sample.basisMeanBps));
  assert.ok(Number.isNaN(sample.fundingRate));
  assert.equal(sample.seconds, 1);
});
