/**
 * Goal: the tape holds what the streams said, on its grid, and nothing before both books had a top.
 * Method: events by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BookTickerEvent, DepthSnapshotEvent, TimerEvent, TradeEvent } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import type { EpochMicros } from '#units/integers.ts';
import { GRID_MICROS, MarketTape } from './market-tape.ts';

const START = 1_000_000;

function ticker(atMicros: number, instrument: number, bid: number, ask: number): BookTickerEvent {
  return Object.assign(new BookTickerEvent(), {
    atMicros,
    instrument,
    bidPriceTicks: bid,
    bidQuantityLots: 10,
    askPriceTicks: ask,
    askQuantityLots: 30,
  });
}

function trade(atMicros: number, aggressor: Side, priceTicks: number): TradeEvent {
  return Object.assign(new TradeEvent(), {
    atMicros,
    venueTimeMicros: atMicros,
    instrument: 0,
    priceTicks,
    quantityLots: 7,
    aggressor,
  });
}

function timer(atMicros: number): TimerEvent {
  const event = new TimerEvent();
  event.atMicros = atMicros as EpochMicros;
  return event;
}

function started(): MarketTape {
  const tape = new MarketTape(START, 1, 1);
  tape.publish(ticker(START + 1, 0, 100, 101));
  tape.publish(ticker(START + 2, 1, 200, 202));
  return tape;
}

test('samples start when both books have a top, one a grid step, each with the last word', () => {
  const tape = new MarketTape(START, 1, 1);
  tape.publish(ticker(START + 1, 0, 100, 101));
  tape.publish(timer(START + 2 * GRID_MICROS + 1));
  assert.equal(tape.spot.midTicks.view.length, 0);
  tape.publish(ticker(START + 2 * GRID_MICROS + 2, 1, 200, 202));
  tape.publish(ticker(START + 3 * GRID_MICROS + 5, 0, 104, 106));
  tape.sampleUntil(START + 5 * GRID_MICROS);
  assert.deepEqual([...tape.spot.midTicks.view], [100.5, 105]);
  assert.deepEqual([...tape.spot.spreadTicks.view], [1, 2]);
  assert.deepEqual([...tape.spot.touchLots.view], [20, 20]);
  assert.deepEqual([...tape.perp.midTicks.view], [201, 201]);
  assert.equal(tape.firstSampleMicros, START + 3 * GRID_MICROS);
});

test('an empty side keeps the last mid', () => {
  const tape = started();
  tape.publish(ticker(START + 3, 0, 0, 101));
  tape.sampleUntil(START + GRID_MICROS + 1);
  assert.deepEqual([...tape.spot.midTicks.view], [100.5]);
});

test('a trade keeps its sign and the mid before it', () => {
  const tape = started();
  tape.publish(trade(START + 10, Side.BUY, 101));
  tape.publish(ticker(START + 10, 0, 101, 103));
  tape.publish(trade(START + 20, Side.SELL, 101));
  assert.deepEqual([...tape.spot.tradeSigns.view], [1, -1]);
  assert.deepEqual([...tape.spot.tradeMidTicks.view], [100.5, 102]);
  assert.deepEqual([...tape.spot.tradeLots.view], [7, 7]);
});

test('depth is the mean of both sides by distance from the touch', () => {
  const tape = new MarketTape(START, 10, 10);
  const event = new DepthSnapshotEvent();
  event.instrument = 0 as typeof event.instrument;
  event.bids.push(100, 4);
  event.bids.push(91, 2);
  event.bids.push(90, 6);
  event.asks.push(101, 8);
  event.asks.push(1_000, 99);
  tape.publish(event);
  assert.equal(tape.spot.depthSnapshots, 1);
  assert.deepEqual([...tape.spot.depthLots.subarray(0, 3)], [7, 3, 0]);
  event.asks.clear();
  tape.publish(event);
  assert.equal(tape.spot.depthSnapshots, 1, 'half a book says nothing');
});

test('sample indexes point at the first sample that is not before the moment', () => {
  const tape = started();
  tape.sampleUntil(START + 10 * GRID_MICROS);
  assert.equal(tape.sampleIndex(0), 0);
  assert.equal(tape.sampleIndex(START + GRID_MICROS), 0);
  assert.equal(tape.sampleIndex(START + GRID_MICROS + 1), 1);
  assert.equal(tape.sampleIndex(START + 4 * GRID_MICROS), 3);
});

test('columns grow past their first size', () => {
  const tape = started();
  for (let index = 0; index < 5_000; index++) {
    tape.publish(trade(START + 10 + index, Side.BUY, 101));
  }
  assert.equal(tape.spot.tradeMicros.view.length, 5_000);
  assert.equal(tape.spot.tradeMicros.view[4_999], START + 10 + 4_999);
});
