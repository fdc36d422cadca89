/**
 * Whole books as the engine's messages: the first as a snapshot, each further one as what changed. The ids
 * are our own count, so the chain is always whole; a hole in what the library saw stays unseen.
 */
import {
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type LevelColumn,
  NO_PREVIOUS_UPDATE,
} from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DecimalStep, DecimalTextError, parseSteps } from '#units/decimal-text.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { exactDecimal, shown } from './exact-decimal.ts';
import type { CcxtLevel, CcxtOrderBook, Numeric } from './library-interface.ts';

/** Best levels a side that are kept. A level that leaves them leaves the book. */
export const LEVELS_MAX = 200;

/** A message of the library that cannot be used. The book stays as it was. */
export class CcxtDataError extends Error {
  override readonly name = 'CcxtDataError';
}

/** How quantities are counted on the venue: our lots are whole numbers of `step`. */
export interface QuantityRule {
  /** In the venue's own unit: base assets, or contracts. */
  readonly step: DecimalStep;
}

interface SideLevels {
  levels: Map<number, number>;
}

export class WholeBooks {
  readonly delta = new DepthDeltaEvent();
  readonly snapshot = new DepthSnapshotEvent();
  /** Quantities finer than a lot that were cut, as in recordings. */
  dustCount = 0;
  private readonly instrument: Instrument;
  private readonly quantity: QuantityRule;
  private readonly bids: SideLevels = { levels: new Map() };
  private readonly asks: SideLevels = { levels: new Map() };
  private id = 0;
  private depthId = 0;
  private venueTimeMicros = 0 as EpochMicros;

  constructor(instrument: Instrument, quantity: QuantityRule) {
    this.instrument = instrument;
    this.quantity = quantity;
    this.delta.instrument = instrument.index;
    this.snapshot.instrument = instrument.index;
  }

  /** Venue time of the newest book; 0 where the venue says none. */
  get bookTimeMicros(): EpochMicros {
    return this.venueTimeMicros;
  }

  get hasBook(): boolean {
    return this.depthId > 0;
  }

  /** A number for a message that is newer than all before it. */
  nextId(): number {
    this.id += 1;
    return this.id;
  }

  /**
   * Takes a whole book and fills `delta` with what changed. Throws a CcxtDataError on a price off its tick,
   * a quantity that is no number, a price twice, a side without a level or a crossed book.
   */
  take(book: CcxtOrderBook, atMicros: EpochMicros): void {
    const bids = this.readSide(book?.bids, -1);
    const asks = this.readSide(book?.asks, 1);
    const [bestBid = 0] = bids.keys();
    const [bestAsk = 0] = asks.keys();
    if (bestBid >= bestAsk) throw new CcxtDataError('the book is crossed');
    const { delta } = this;
    delta.bids.clear();
    delta.asks.clear();
    differences(this.bids.levels, bids, delta.bids);
    differences(this.asks.levels, asks, delta.asks);
    this.bids.levels = bids;
    this.asks.levels = asks;
    this.venueTimeMicros = microsOf(book.timestamp);
    delta.atMicros = atMicros;
    delta.venueTimeMicros = this.venueTimeMicros;
    delta.firstUpdateId = this.depthId + 1;
    delta.previousUpdateId =
      this.instrument.market === Market.SPOT ? NO_PREVIOUS_UPDATE : this.depthId;
    this.depthId = this.nextId();
    delta.lastUpdateId = this.depthId;
  }

  /** Fills `snapshot` with the book as it was last taken. */
  fillSnapshot(atMicros: EpochMicros): void {
    const { snapshot } = this;
    snapshot.atMicros = atMicros;
    snapshot.venueTimeMicros = this.venueTimeMicros;
    snapshot.lastUpdateId = this.depthId;
    copy(this.bids.levels, snapshot.bids);
    copy(this.asks.levels, snapshot.asks);
  }

  /** A price in ticks. Throws a CcxtDataError when it lies on none. */
  ticksOf(price: Numeric | undefined): number {
    const ticks = exactly('price', () => parseSteps(exactDecimal(price), this.instrument.tick));
    if (ticks <= 0) throw new CcxtDataError(`not a price: ${shown(price)}`);
    return ticks;
  }

  /** A traded quantity in lots, never cut. Throws a CcxtDataError. */
  lotsOf(quantity: Numeric | undefined): number {
    return exactly('quantity', () => parseSteps(exactDecimal(quantity), this.quantity.step));
  }

  /** A quantity in a book: finer than a lot, it is cut to whole lots, at least one. */
  shownLotsOf(quantity: Numeric | undefined): number {
    const { step } = this.quantity;
    const text = exactly('quantity', () => exactDecimal(quantity));
    const [whole = '', fraction = ''] = text.split('.');
    const finer = /[1-9]/.test(fraction.slice(step.decimals));
    const digits = Number(whole + fraction.slice(0, step.decimals).padEnd(step.decimals, '0'));
    if (!(digits >= 0 && Number.isSafeInteger(digits))) {
      throw new CcxtDataError(`not a quantity: ${text}`);
    }
    const lots = Math.floor(digits / step.mantissa);
    if (!finer && digits % step.mantissa === 0) return lots;
    this.dustCount += 1;
    return Math.max(1, lots);
  }

  /** `direction` 1: prices rise from level to level. */
  private readSide(levels: readonly CcxtLevel[], direction: 1 | -1): Map<number, number> {
    // The library hands on what a venue said: a side may be missing.
    if (!Array.isArray(levels)) throw new CcxtDataError('a side of the book is no list');
    const side = new Map<number, number>();
    let last = direction === 1 ? 0 : Number.MAX_SAFE_INTEGER;
    const count = Math.min(levels.length, LEVELS_MAX);
    for (let index = 0; index < count; index++) {
      const level: CcxtLevel | null | undefined = levels[index];
      const ticks = this.ticksOf(level?.[0]);
      if ((ticks - last) * direction <= 0) {
        throw new CcxtDataError(`price ${shown(level?.[0])} is out of order`);
      }
      last = ticks;
      const lots = this.shownLotsOf(level?.[1]);
      if (lots > 0) side.set(ticks, lots);
    }
    if (side.size === 0) throw new CcxtDataError('a side of the book is empty');
    return side;
  }
}

/** Epoch milliseconds as microseconds; 0 for none, or for what cannot be a time. */
export function microsOf(millis: number | undefined): EpochMicros {
  // The library hands on what a venue said, of any type.
  const micros = typeof millis === 'number' ? Math.round(millis * MICROS_PER_MILLI) : 0;
  return (Number.isSafeInteger(micros) && micros > 0 ? micros : 0) as EpochMicros;
}

function exactly<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    throw new CcxtDataError(`${what}: ${error.message}`, { cause: error });
  }
}

function differences(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  into: LevelColumn,
): void {
  for (const [ticks, lots] of after) if (before.get(ticks) !== lots) into.push(ticks, lots);
  for (const ticks of before.keys()) if (!after.has(ticks)) into.push(ticks, 0);
}

function copy(levels: ReadonlyMap<number, number>, into: LevelColumn): void {
  into.clear();
  for (const [ticks, lots] of levels) into.push(ticks, lots);
}
