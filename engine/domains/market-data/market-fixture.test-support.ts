/** Builders, a naive book and a reader of recordings for the tests of this folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type AlertCommand,
  CommandKind,
  type CommandSink,
  type RequestCommand,
} from '#contracts/commands.ts';
import { DEFAULT_MARKET_DATA_CONFIGURATION } from '#contracts/configuration/market-data-configuration.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  FeedStatusEvent,
  InstrumentDefinedEvent,
  type LevelColumn,
  type MarketEvent,
  MarkPriceEvent,
  NO_PREVIOUS_UPDATE,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentTable, OwnOrders } from '#contracts/ports.ts';
import type { Persistent } from '#contracts/state-codec.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { parseSteps } from '#units/decimal-text.ts';
import type { EpochMicros, InstrumentIndex, PriceTicks, QuantityLots } from '#units/integers.ts';
import { MarketDataManager } from './market-data.ts';

export const SECOND = 1_000_000;
export const START = 1_700_000_000 * SECOND;
export const CONFIGURATION = { ...DEFAULT_MARKET_DATA_CONFIGURATION, ladderTicks: 1024 };

type Pairs = readonly (readonly [price: number, lots: number])[];

function fill(column: LevelColumn, pairs: Pairs): void {
  column.clear();
  for (const [price, lots] of pairs) column.push(price, lots);
}

export interface DeltaWish {
  readonly first: number;
  readonly last: number;
  readonly previous?: number;
  readonly bids?: Pairs;
  readonly asks?: Pairs;
  readonly at?: number;
  readonly instrument?: number;
}

/** Times default to START; the venue time is the arrival time. */
export function delta(wish: DeltaWish): DepthDeltaEvent {
  const event = new DepthDeltaEvent();
  event.instrument = (wish.instrument ?? 0) as InstrumentIndex;
  event.firstUpdateId = wish.first;
  event.lastUpdateId = wish.last;
  event.previousUpdateId = wish.previous ?? NO_PREVIOUS_UPDATE;
  event.atMicros = (wish.at ?? START) as EpochMicros;
  event.venueTimeMicros = event.atMicros;
  fill(event.bids, wish.bids ?? []);
  fill(event.asks, wish.asks ?? []);
  return event;
}

export function snapshot(last: number, bids: Pairs, asks: Pairs, at = START, instrument = 0) {
  const event = new DepthSnapshotEvent();
  event.instrument = instrument as InstrumentIndex;
  event.lastUpdateId = last;
  event.atMicros = at as EpochMicros;
  event.venueTimeMicros = event.atMicros;
  fill(event.bids, bids);
  fill(event.asks, asks);
  return event;
}

export function ticker(
  updateId: number,
  bid: readonly [number, number],
  ask: readonly [number, number],
  at = START,
): BookTickerEvent {
  const event = new BookTickerEvent();
  event.instrument = 0 as InstrumentIndex;
  event.updateId = updateId;
  event.bidPriceTicks = bid[0] as PriceTicks;
  event.bidQuantityLots = bid[1] as QuantityLots;
  event.askPriceTicks = ask[0] as PriceTicks;
  event.askQuantityLots = ask[1] as QuantityLots;
  event.atMicros = at as EpochMicros;
  return event;
}

export function trade(tradeId: number, price: number, lots: number, at = START): TradeEvent {
  const event = new TradeEvent();
  event.instrument = 0 as InstrumentIndex;
  event.tradeId = tradeId;
  event.priceTicks = price as PriceTicks;
  event.quantityLots = lots as QuantityLots;
  event.aggressor = Side.SELL;
  event.atMicros = at as EpochMicros;
  event.venueTimeMicros = at as EpochMicros;
  return event;
}

export function timer(at: number): TimerEvent {
  const event = new TimerEvent();
  event.atMicros = at as EpochMicros;
  return event;
}

export function feedStatus(state: FeedStatusEvent['state'], at = START): FeedStatusEvent {
  const event = new FeedStatusEvent();
  event.instrument = 0 as InstrumentIndex;
  event.state = state;
  event.atMicros = at as EpochMicros;
  return event;
}

export function instrument(
  market: Market,
  index = 0,
  tick = { mantissa: 1, decimals: 2 },
  step = { mantissa: 1, decimals: 5 },
): Instrument {
  return {
    index,
    version: 1,
    role: index === 0 ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    market,
    symbol: 'AAABBB',
    tick,
    step,
    tickLotNumerator: 10 ** Math.max(0, 8 - tick.decimals - step.decimals),
    tickLotDenominator: 10 ** Math.max(0, tick.decimals + step.decimals - 8),
    baseUnitsPerLot: 1000,
    priceUnitsPerTick: 1_000_000,
  } as Instrument;
}

/** Keeps what was commanded, in short words. */
export class RecordingSink implements CommandSink {
  readonly alerts: { code: number; measured: number; limit: number }[] = [];
  snapshotRequests = 0;

  emit(command: Parameters<CommandSink['emit']>[0]): void {
    if (command.kind === CommandKind.RAISE_ALERT) {
      const { code, measured, limit } = command as AlertCommand;
      this.alerts.push({ code, measured, limit });
    } else if ((command as RequestCommand).kind === CommandKind.REQUEST_SNAPSHOT) {
      this.snapshotRequests += 1;
    }
  }
}

/** Own orders as a test wants them: lots by "side:price". */
export class FakeOwnOrders implements OwnOrders {
  version = 0;
  private readonly lots = new Map<string, { lots: number; since: number }>();

  put(side: Side, price: number, lots: number, since = START): void {
    this.lots.set(`${side}:${price}`, { lots, since });
    this.version += 1;
  }

  lotsAt(_instrument: InstrumentIndex, side: Side, price: number, bookTime: number): number {
    const order = this.lots.get(`${side}:${price}`);
    return order === undefined || order.since > bookTime ? 0 : order.lots;
  }
}

export interface Rig {
  readonly manager: MarketDataManager;
  readonly output: RecordingSink;
  readonly ownOrders: FakeOwnOrders;
  define(next: Instrument): void;
  apply(...events: MarketEvent[]): void;
}

/** A manager with its surroundings; the given instruments are defined, the session is started. */
export function rig(instruments: readonly Instrument[], ownOrdersInBook = false): Rig {
  const table: Instrument[] = [...instruments];
  const instrumentTable: InstrumentTable = {
    get count() {
      return table.length;
    },
    get: (index) => table[index] ?? null,
  };
  const output = new RecordingSink();
  const ownOrders = new FakeOwnOrders();
  const manager = new MarketDataManager({
    configuration: CONFIGURATION,
    instruments: instrumentTable,
    ownOrders,
    output,
  });
  const start = new SessionStartEvent();
  start.ownOrdersInBook = ownOrdersInBook;
  manager.onControl(start);
  const defined = new InstrumentDefinedEvent();
  const define = (next: Instrument): void => {
    table[next.index] = next;
    defined.instrument = next;
    manager.onControl(defined);
  };
  for (const each of instruments) define(each);
  const apply = (...events: MarketEvent[]): void => {
    for (const event of events) manager.apply(event);
  };
  return { manager, output, ownOrders, define, apply };
}

export function stateBytes(part: Persistent): Uint8Array {
  const writer = new StateBytesWriter();
  part.writeState(writer);
  return writer.written().slice();
}

/** Restores and checks that nothing was left unread. */
export function restore(part: Persistent, bytes: Uint8Array): void {
  const reader = new StateBytesReader(bytes);
  part.readState(reader);
  if (!reader.isAtEnd) throw new Error('state bytes left over');
}

/** The obvious book: a map a side, sorted when asked. */
export class NaiveBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  apply(event: Readonly<DepthDeltaEvent | DepthSnapshotEvent>): void {
    NaiveBook.set(this.bids, event.bids);
    NaiveBook.set(this.asks, event.asks);
  }

  /** Best first, at most `count`. */
  levels(side: Side, count: number): [price: number, lots: number][] {
    const direction = side === Side.BUY ? -1 : 1;
    return [...(side === Side.BUY ? this.bids : this.asks)]
      .sort((left, right) => direction * (left[0] - right[0]))
      .slice(0, count);
  }

  private static set(side: Map<number, number>, column: LevelColumn): void {
    for (let index = 0; index < column.count; index++) {
      const price = column.pricesTicks[index] as number;
      const lots = column.quantitiesLots[index] as number;
      if (lots === 0) side.delete(price);
      else side.set(price, lots);
    }
  }
}

// biome-ignore lint/style/noProcessEnv: where the recordings lie is a matter of the machine.
const DATA = process.env['DOGE_MM_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');

export interface Recording {
  readonly file: string;
  readonly market: Market;
  readonly tick: { mantissa: number; decimals: number };
  readonly step: { mantissa: number; decimals: number };
}

/** Spot quantities carry leftovers below the step, so they are read in 1e-8. */
export const RECORDINGS: readonly Recording[] = [
  {
    file: 'spot-btcusdt',
    market: Market.SPOT,
    tick: { mantissa: 1, decimals: 2 },
    step: { mantissa: 1, decimals: 8 },
  },
  {
    file: 'spot-ethusdt',
    market: Market.SPOT,
    tick: { mantissa: 1, decimals: 2 },
    step: { mantissa: 1, decimals: 8 },
  },
  {
    file: 'usdm-btcusdt',
    market: Market.PERPETUAL,
    tick: { mantissa: 1, decimals: 1 },
    step: { mantissa: 1, decimals: 3 },
  },
  {
    file: 'usdm-ethusdt',
    market: Market.PERPETUAL,
    tick: { mantissa: 1, decimals: 2 },
    step: { mantissa: 1, decimals: 3 },
  },
];

export function hasRecordings(): boolean {
  return existsSync(join(DATA, 'binance/spot-btcusdt-20240808.gz'));
}

/** The events of a recording, by plain JSON. Slow and obvious; `limit` messages at most. */
export function readRecording(
  recording: Recording,
  limit = Number.POSITIVE_INFINITY,
): MarketEvent[] {
  const text = gunzipSync(
    readFileSync(join(DATA, `binance/${recording.file}-20240808.gz`)),
  ).toString();
  const events: MarketEvent[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || events.length >= limit) continue;
    const space = line.indexOf(' ');
    const at = Math.floor(Number(line.slice(0, space)) / 1000);
    const event = toEvent(recording, JSON.parse(line.slice(space + 1)), at);
    if (event !== null) events.push(event);
  }
  return events;
}

type Rows = readonly [price: string, quantity: string][];

/** The fields of all payloads in one; each message carries the ones its kind needs. */
interface Payload {
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: Rows & string;
  readonly a: Rows & string;
  readonly B: string;
  readonly A: string;
  readonly t: number;
  readonly p: string;
  readonly q: string;
}

type Message =
  | { readonly lastUpdateId: number; readonly bids: Rows; readonly asks: Rows }
  | { readonly stream: string; readonly data: Payload };

function toEvent(recording: Recording, message: Message, at: number): MarketEvent | null {
  const price = (text: string): number => parseSteps(text, recording.tick);
  const lots = (text: string): number => parseSteps(text, recording.step);
  const pairs = (rows: Rows): Pairs =>
    rows.map(([first, second]) => [price(first), lots(second)] as const);
  if ('lastUpdateId' in message) {
    return snapshot(message.lastUpdateId, pairs(message.bids), pairs(message.asks), at);
  }
  const { stream, data: body } = message;
  if (stream.includes('@depth')) {
    return delta({
      first: body.U,
      last: body.u,
      previous: body.pu ?? NO_PREVIOUS_UPDATE,
      bids: pairs(body.b),
      asks: pairs(body.a),
      at,
    });
  }
  if (stream.endsWith('@bookTicker')) {
    return ticker(body.u, [price(body.b), lots(body.B)], [price(body.a), lots(body.A)], at);
  }
  if (stream.endsWith('@trade')) {
    return trade(body.t, price(body.p), lots(body.q), at);
  }
  return null;
}

export function markPrice(units: number, at = START): MarkPriceEvent {
  const event = new MarkPriceEvent();
  event.instrument = 0 as InstrumentIndex;
  event.atMicros = at as EpochMicros;
  event.venueTimeMicros = at as EpochMicros;
  event.markPriceUnits = units as MarkPriceEvent['markPriceUnits'];
  return event;
}
