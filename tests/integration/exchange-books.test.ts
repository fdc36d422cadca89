/**
 * Goal: whoever follows the venue's procedure for a local book gets the exchange's book, level by level,
 * on both markets, in text and in binary.
 * Method: a whole exchange over real sockets, its clock at many times the pace of the wall; clients written
 * here from the procedure; the exchange's own book kept for each of its update ids.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { demoAccounts } from '#apps/exchange/accounts/demo-accounts.ts';
import { type RunningExchange, startExchange } from '#apps/exchange/exchange.ts';
import { Faults } from '#apps/exchange/faults/faults.ts';
import { listedSymbol } from '#apps/exchange/market/exchange-instruments.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { SyntheticMarkets } from '#apps/exchange/market/synthetic-markets.ts';
import type { EpochMicros } from '#units/integers.ts';

const SPEED = 20;
const EVENTS_MIN = 200;
const LEVELS_MIN = 100;
const SYMBOL = 'DOGEUSDT';
const DEADLINE_MILLIS = 60_000;

const listed = listedSymbol(SYMBOL);
assert.ok(listed);
const startMillis = Date.now();
const accounts = demoAccounts(['DOGE', 'USDT'], 1);
const binaryKey = accounts.allKeys.find(({ kind }) => kind === 'ED25519');
const markets = new SyntheticMarkets({
  symbols: [listed],
  seed: 3,
  wallMicros: () => ((startMillis + (Date.now() - startMillis) * SPEED) * 1_000) as EpochMicros,
});
const problems: unknown[] = [];
let exchange: RunningExchange;

before(async () => {
  exchange = await startExchange({
    markets,
    accounts,
    faults: Faults.none(),
    portSpot: 0,
    portUsdm: 0,
    portSbe: 0,
    portAdmin: 0,
    isLegacy: false,
    onProblem: (error) => problems.push(error),
  });
});
after(() => exchange.close());

type Side = Map<string, string>;
interface Levels {
  readonly bids: Side;
  readonly asks: Side;
}

/** A level as price and quantity without trailing zeros, so that every way of writing it agrees. */
function plain(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Keeps the exchange's own book under each update id it has had. */
function bookKeeper(market: SymbolMarket): (updateId: number) => Levels | undefined {
  const kept = new Map<number, Levels>();
  const { instrument } = market;
  const side = (rows: readonly (readonly [number, number])[]): Side =>
    new Map(
      rows.map(([ticks, lots]) => [
        plain(((ticks * instrument.priceUnitsPerTick) / 1e8).toFixed(8)),
        plain(((lots * instrument.baseUnitsPerLot) / 1e8).toFixed(8)),
      ]),
    );
  market.addObserver({
    onTrade: () => undefined,
    onBookChanged: () => {
      const { bids, asks } = market.depth(5_000);
      kept.set(market.lastUpdateId, { bids: side(bids), asks: side(asks) });
    },
  });
  return (updateId) => kept.get(updateId);
}

interface DepthEvent {
  readonly firstId: number;
  readonly lastId: number;
  readonly previousId: number | null;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

function textEvent(data: Buffer): DepthEvent {
  const { U, u, pu = null, b, a } = JSON.parse(data.toString());
  return { firstId: U, lastId: u, previousId: pu, bids: b, asks: a };
}

function binaryEvent(data: Buffer): DepthEvent {
  assert.equal(data.readUInt16LE(2), 10_003);
  const [price, quantity] = [data.readInt8(32), data.readInt8(33)];
  let at = 8 + data.readUInt16LE(0);
  const decimal = (offset: number, exponent: number): string =>
    (Number(data.readBigInt64LE(offset)) * 10 ** exponent).toFixed(-exponent);
  const group = (): (readonly [string, string])[] => {
    const [size, count] = [data.readUInt16LE(at), data.readUInt16LE(at + 2)];
    at += 4;
    return Array.from({ length: count }, () => {
      const row = [decimal(at, price), decimal(at + 8, quantity)] as const;
      at += size;
      return row;
    });
  };
  const bids = group();
  const asks = group();
  assert.equal(data.toString('utf8', at + 1, at + 1 + data.readUInt8(at)), SYMBOL);
  const firstId = Number(data.readBigInt64LE(16));
  return { firstId, lastId: Number(data.readBigInt64LE(24)), previousId: null, bids, asks };
}

interface LocalBook extends Levels {
  id: number;
  events: number;
}

function apply(book: LocalBook, event: DepthEvent): void {
  for (const [side, rows] of [
    [book.bids, event.bids],
    [book.asks, event.asks],
  ] as const) {
    for (const [price, quantity] of rows) {
      if (plain(quantity) === '0') side.delete(plain(price));
      else side.set(plain(price), plain(quantity));
    }
  }
  book.id = event.lastId;
  book.events += 1;
}

/** Procedure of spot: buffered events, a snapshot that is not too old, ids in a row. */
function applySpot(book: LocalBook, event: DepthEvent): void {
  if (event.lastId <= book.id) return;
  assert.ok(event.firstId <= book.id + 1, `gap: ${event.firstId} after ${book.id}`);
  if (book.events > 0) assert.equal(event.firstId, book.id + 1);
  apply(book, event);
}

/** Procedure of the perpetual: the first event straddles the snapshot, then `pu` chains. */
function applyUsdm(book: LocalBook, event: DepthEvent): void {
  if (event.lastId < book.id) return;
  if (book.events === 0) assert.ok(event.firstId <= book.id && event.lastId >= book.id);
  else assert.equal(event.previousId, book.id);
  apply(book, event);
}

interface Follower {
  readonly address: string;
  readonly snapshot: string;
  readonly headers?: Readonly<Record<string, string>>;
  read(data: Buffer): DepthEvent;
  apply(book: LocalBook, event: DepthEvent): void;
  /** Called after each applied event. */
  check(book: LocalBook): void;
}

async function follow(follower: Follower): Promise<LocalBook> {
  const socket = new WebSocket(follower.address, { headers: { ...follower.headers } });
  const waiting: DepthEvent[] = [];
  const failed = new Promise<never>((_resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed: ${code}`)));
  });
  failed.catch(() => undefined);
  let book: LocalBook | null = null;
  let problem: unknown = null;
  const take = (event: DepthEvent): void => {
    if (book === null) {
      waiting.push(event);
      return;
    }
    const before = book.events;
    follower.apply(book, event);
    if (book.events > before) follower.check(book);
  };
  socket.on('message', (data: Buffer) => {
    try {
      take(follower.read(data));
    } catch (error) {
      problem ??= error;
    }
  });
  const until = Date.now() + DEADLINE_MILLIS;
  const wait = async (isDone: () => boolean): Promise<void> => {
    while (!isDone() && problem === null) {
      assert.ok(Date.now() < until, 'in time');
      await Promise.race([pause(5), failed]);
    }
  };
  await wait(() => waiting.length >= 3);
  for (;;) {
    const answer = await fetch(follower.snapshot);
    const { lastUpdateId, bids, asks } = (await answer.json()) as {
      lastUpdateId: number;
      bids: [string, string][];
      asks: [string, string][];
    };
    if (lastUpdateId < (waiting[0]?.firstId ?? 0)) continue;
    const side = (rows: [string, string][]): Side =>
      new Map(rows.map(([price, quantity]) => [plain(price), plain(quantity)]));
    book = { bids: side(bids), asks: side(asks), id: lastUpdateId, events: 0 };
    break;
  }
  for (const event of waiting) take(event);
  const followed = book;
  await wait(() => followed.events >= EVENTS_MIN);
  socket.removeAllListeners();
  socket.terminate();
  if (problem !== null) throw problem;
  return followed;
}

/** Compares a local book with the exchange's at the same id; counts what was compared. */
function comparison(own: (updateId: number) => Levels | undefined, idOf: (id: number) => number) {
  const counts = { books: 0, levels: 0 };
  const check = (book: LocalBook): void => {
    const truth = own(idOf(book.id));
    assert.ok(truth, `the exchange has had the id ${book.id}`);
    for (const side of ['bids', 'asks'] as const) {
      const sorted = (levels: Side): string[][] => [...levels].sort();
      assert.deepEqual(sorted(book[side]), sorted(truth[side]), `${side} at ${book.id}`);
      counts.levels += truth[side].size;
    }
    counts.books += 1;
  };
  return { counts, check };
}

test('local books of spot, from text and from binary streams, are the exchange’s', async () => {
  const own = bookKeeper(markets.spot.get(SYMBOL) as SymbolMarket);
  const { rest, streams, sbe } = exchange.addresses.spot;
  const snapshot = `${rest}/api/v3/depth?symbol=${SYMBOL}&limit=5000`;
  const text = comparison(own, (id) => id);
  const binary = comparison(own, (id) => id);
  const books = await Promise.all([
    follow({
      address: `${streams}/ws/dogeusdt@depth@100ms`,
      snapshot,
      read: textEvent,
      apply: applySpot,
      check: text.check,
    }),
    follow({
      address: `${sbe}/ws/dogeusdt@depth`,
      snapshot,
      headers: { 'X-MBX-APIKEY': binaryKey?.apiKey ?? '' },
      read: binaryEvent,
      apply: applySpot,
      check: binary.check,
    }),
  ]);
  for (const [index, { counts }] of [text, binary].entries()) {
    assert.ok((books[index]?.events ?? 0) >= EVENTS_MIN);
    assert.ok(counts.books >= EVENTS_MIN && counts.levels >= LEVELS_MIN, JSON.stringify(counts));
  }
  assert.deepEqual(problems, []);
});

test('the local book of the perpetual is the exchange’s', async () => {
  const market = markets.usdm.get(SYMBOL) as SymbolMarket;
  const own = bookKeeper(market);
  const { rest, streams } = exchange.addresses.usdm;
  // Ids of the perpetual have holes on the wire: the exchange's own ones are counted without.
  const head = (await (await fetch(`${rest}/fapi/v1/depth?symbol=${SYMBOL}&limit=5`)).json()) as {
    lastUpdateId: number;
  };
  const stride = Math.round(head.lastUpdateId / market.lastUpdateId);
  const { counts, check } = comparison(own, (id) => id / stride);
  const book = await follow({
    address: `${streams}/public/ws/dogeusdt@depth@100ms`,
    snapshot: `${rest}/fapi/v1/depth?symbol=${SYMBOL}&limit=1000`,
    read: textEvent,
    apply: applyUsdm,
    check,
  });
  assert.ok(book.events >= EVENTS_MIN);
  assert.ok(counts.books >= EVENTS_MIN && counts.levels >= LEVELS_MIN, JSON.stringify(counts));
  assert.deepEqual(problems, []);
});
