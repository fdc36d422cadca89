/**
 * Goal: who follows the feed has the engine's book; trades and tops are told as the venue tells
 * them; nothing is sent when nothing changed.
 * Method: each stream by hand, then a random market followed by a client book.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, type LevelColumn, NO_PREVIOUS_UPDATE } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { OrderType, Side, TimeInForce } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import { buy, type OrderWish, order, sell } from './book.test-support.ts';
import { ConstantLatency } from './latency.ts';
import { MatchingEngine } from './matching-engine.ts';
import { PublicFeed, type PublicFeedOptions } from './public-feed.ts';
import { FEED, perpInstrument, START, spotInstrument } from './venue.test-support.ts';
import type { VenueOrder } from './venue-book.ts';

function pairs(column: LevelColumn): string {
  const parts: string[] = [];
  for (let index = 0; index < column.count; index++) {
    parts.push(`${column.pricesTicks[index]}:${column.quantitiesLots[index]}`);
  }
  return parts.join(' ');
}

function describe(event: EngineEvent): string {
  switch (event.kind) {
    case EventKind.DEPTH_DELTA:
      return `depth ${event.firstUpdateId}..${event.lastUpdateId} pu ${event.previousUpdateId} bids ${pairs(event.bids)} asks ${pairs(event.asks)}`;
    case EventKind.DEPTH_SNAPSHOT:
      return `snapshot ${event.lastUpdateId} bids ${pairs(event.bids)} asks ${pairs(event.asks)}`;
    case EventKind.BOOK_TICKER:
      return `top ${event.bidPriceTicks}:${event.bidQuantityLots} ${event.askPriceTicks}:${event.askQuantityLots} u${event.updateId}`;
    case EventKind.TRADE:
      return `trade ${event.quantityLots}@${event.priceTicks} #${event.tradeId} ${event.aggressor === Side.BUY ? 'buy' : 'sell'}`;
    case EventKind.MARK_PRICE:
      return `mark ${event.markPriceUnits} rate ${event.fundingRate}`;
    default:
      return `event ${event.kind}`;
  }
}

class FeedWorld {
  readonly clock = new VirtualClock(START);
  readonly engine = new MatchingEngine();
  readonly events: string[] = [];
  readonly stamps: [number, number][] = [];
  readonly feed: PublicFeed;
  onEvent: (event: EngineEvent) => void = () => undefined;

  constructor(instrument: Instrument = spotInstrument(), more: Partial<PublicFeedOptions> = {}) {
    this.feed = new PublicFeed({
      clock: this.clock,
      sink: {
        publish: (event) => {
          this.events.push(describe(event));
          if ('venueTimeMicros' in event) this.stamps.push([event.atMicros, event.venueTimeMicros]);
          this.onEvent(event);
        },
      },
      instrument,
      engine: this.engine,
      latency: new ConstantLatency(2_000, 2_000, FEED),
      ...more,
    });
  }

  place(wish: OrderWish): VenueOrder {
    const placed = order(wish);
    this.engine.place(placed, this.clock.nowMicros);
    return placed;
  }

  wait(micros: number): string[] {
    this.events.length = 0;
    this.stamps.length = 0;
    this.clock.runUntil((this.clock.nowMicros + micros) as EpochMicros);
    return [...this.events];
  }
}

test('a top change is told at once, deeper changes only in depth, and nothing when nothing changed', () => {
  const world = new FeedWorld();
  assert.deepEqual(world.wait(500_000), []);
  world.place(buy(99, 5));
  world.place(buy(98, 5));
  assert.deepEqual(world.wait(FEED), ['top 99:5 0:0 u1']);
  assert.deepEqual(world.stamps, [[START + 500_000 + FEED, 0]], 'spot sends no venue time');
  assert.deepEqual(world.wait(200_000), [
    `depth 1..2 pu ${NO_PREVIOUS_UPDATE} bids 98:5 99:5 asks `,
  ]);
  assert.deepEqual(world.wait(1_000_000), []);
});

test('depth is collected per interval, absolute, and chains without holes on spot', () => {
  const world = new FeedWorld();
  const gone = world.place(buy(99, 5));
  world.engine.cancel(gone);
  world.place(sell(101, 3));
  const first = world.wait(150_000).filter((line) => line.startsWith('depth'));
  world.place(sell(101, 4));
  const second = world.wait(150_000).filter((line) => line.startsWith('depth'));
  assert.deepEqual(
    [...first, ...second],
    [
      `depth 1..3 pu ${NO_PREVIOUS_UPDATE} bids 99:0 asks 101:3`,
      `depth 4..4 pu ${NO_PREVIOUS_UPDATE} bids  asks 101:7`,
    ],
  );
});

test('the perpetual chains by the previous id and stamps its tops', () => {
  const world = new FeedWorld(perpInstrument());
  world.place(buy(99, 5));
  world.wait(FEED);
  assert.deepEqual(world.stamps, [[START + FEED, START]]);
  world.wait(150_000);
  world.place(buy(99, 5));
  world.place(buy(99, 5));
  assert.deepEqual(
    world.wait(150_000).filter((line) => line.startsWith('depth')),
    ['depth 2..3 pu 1 bids 99:15 asks '],
  );
});

test('fills of one taker at one price are one trade, told before the top they made', () => {
  const world = new FeedWorld();
  for (const [price, lots] of [
    [100, 1],
    [100, 2],
    [101, 4],
  ] as const)
    world.place(sell(price, lots));
  world.wait(200_000);
  world.place(buy(101, 6));
  world.place(buy(101, 1));
  assert.deepEqual(world.wait(FEED), [
    'trade 3@100 #1 buy',
    'trade 3@101 #2 buy',
    'top 0:0 101:1 u6',
    'trade 1@101 #3 buy',
    'top 0:0 0:0 u7',
  ]);
});

test('unmerged trades are told fill by fill, with the trade ids of the engine', () => {
  const world = new FeedWorld(spotInstrument(), { mergesTrades: false });
  for (const lots of [1, 2]) world.place(buy(100, lots));
  world.wait(200_000);
  world.place(sell(100, 3));
  assert.deepEqual(
    world.wait(FEED).filter((line) => line.startsWith('trade')),
    ['trade 1@100 #1 sell', 'trade 2@100 #2 sell'],
  );
});

test('mark prices are sent at most once an interval, with the last terms', () => {
  const world = new FeedWorld(perpInstrument());
  const mark = (value: number): void =>
    world.feed.setMark(
      value as PriceUnits,
      value as PriceUnits,
      100 as RateUnits,
      (START + 9) as EpochMicros,
    );
  mark(16_000_000);
  mark(16_100_000);
  assert.deepEqual(world.wait(3_000_000), ['mark 16100000 rate 100']);
  mark(16_200_000);
  assert.deepEqual(world.wait(3_000_000), ['mark 16200000 rate 100']);
});

test('a snapshot shows the book one entry latency later, limited to its levels', () => {
  const world = new FeedWorld(spotInstrument(), { snapshotLevels: 2 });
  for (const price of [95, 99, 98]) world.place(buy(price, price));
  world.wait(200_000);
  world.feed.requestSnapshot();
  world.clock.schedule((world.clock.nowMicros + 1_999) as EpochMicros, {
    run: () => world.place(sell(101, 7)),
  });
  assert.deepEqual(
    world.wait(2_000 + FEED).filter((line) => line.startsWith('snapshot')),
    ['snapshot 4 bids 99:99 98:98 asks 101:7'],
  );
  assert.equal(world.feed.sentCount, 5);
});

test('intervals must be above zero', () => {
  assert.throws(() => new FeedWorld(spotInstrument(), { depthIntervalMicros: 0 }), /above zero/);
});

/** The venue's procedure for a local book, spot chain. */
class ClientBook {
  readonly levels = new Map<string, number>();
  lastId = -1;
  gaps = 0;

  onEvent(event: EngineEvent): void {
    if (event.kind === EventKind.DEPTH_SNAPSHOT) {
      this.levels.clear();
      this.lastId = event.lastUpdateId;
    } else if (event.kind !== EventKind.DEPTH_DELTA || this.lastId < 0) {
      return;
    } else {
      if (event.lastUpdateId <= this.lastId) return;
      if (event.firstUpdateId > this.lastId + 1) this.gaps += 1;
      this.lastId = event.lastUpdateId;
    }
    this.write('bid', event.bids);
    this.write('ask', event.asks);
  }

  private write(side: string, column: LevelColumn): void {
    for (let index = 0; index < column.count; index++) {
      const key = `${side} ${column.pricesTicks[index]}`;
      const lots = column.quantitiesLots[index] ?? 0;
      if (lots === 0) this.levels.delete(key);
      else this.levels.set(key, lots);
    }
  }
}

/** One random place and one random cancel. */
function stir(world: FeedWorld, random: SeededRandom, placed: VenueOrder[]): void {
  const side = random.chance(0.5) ? Side.BUY : Side.SELL;
  const wish = { side, price: random.integer(90, 110), lots: random.integer(1, 9) };
  const timeInForce = random.chance(0.2) ? TimeInForce.IOC : TimeInForce.GTC;
  placed.push(world.place({ ...wish, timeInForce, type: OrderType.LIMIT }));
  const old = placed[random.integer(0, placed.length - 1)];
  if (old !== undefined) world.engine.cancel(old);
}

function levelsOf(engine: MatchingEngine, placed: readonly VenueOrder[]): Map<string, number> {
  const levels = new Map<string, number>();
  for (const one of placed) {
    if (!engine.rests(one)) continue;
    const key = `${one.side === Side.BUY ? 'bid' : 'ask'} ${one.priceTicks}`;
    levels.set(key, engine.levelLots(one.side, one.priceTicks));
  }
  return levels;
}

test('a client that starts in the middle of a random market ends with the book of the engine', () => {
  const world = new FeedWorld();
  const client = new ClientBook();
  const random = new SeededRandom(21);
  const placed: VenueOrder[] = [];
  let tradedLots = 0;
  let toldLots = 0;
  world.onEvent = (event) => {
    client.onEvent(event);
    if (event.kind === EventKind.TRADE) toldLots += event.quantityLots;
  };
  world.engine.addObserver({
    onTrade: (_price, lots) => {
      tradedLots += lots;
    },
    onBookChanged: () => undefined,
  });
  for (let step = 0; step < 4_000; step++) {
    stir(world, random, placed);
    if (step === 1_000) world.feed.requestSnapshot();
    world.wait(random.integer(0, 9_000));
  }
  world.wait(500_000);
  assert.equal(client.gaps, 0);
  assert.deepEqual([...client.levels].sort(), [...levelsOf(world.engine, placed)].sort());
  assert.ok(client.levels.size > 10);
  assert.ok(tradedLots > 0);
  assert.equal(toldLots, tradedLots, 'every lot traded was told');
});
