import { type DepthLevels, SNAPSHOT_LEVELS } from '#contracts/market-snapshot.ts';
import type { Side } from '#contracts/order.ts';
import type { OwnOrders } from '#contracts/ports.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { NO_RANK, type PriceLadder } from './price-ladder.ts';
import type { TopTicker } from './top-of-book.ts';

export interface VisibleLevelsOptions {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  readonly ladder: PriceLadder;
  readonly ownOrders: OwnOrders;
}

/**
 * One side as others see it: the best levels without our own lots. A level that is only ours is not
 * shown. Refilled in place; tells whether anything a reader sees has changed.
 */
export class VisibleLevels implements DepthLevels, Persistent {
  count = 0;
  readonly pricesTicks = new Float64Array(SNAPSHOT_LEVELS);
  readonly quantitiesLots = new Float64Array(SNAPSHOT_LEVELS);
  /** The feed shows our orders, so they are taken out. */
  ownOrdersInBook = false;
  private readonly instrument: InstrumentIndex;
  private readonly side: Side;
  private readonly ladder: PriceLadder;
  private readonly ownOrders: OwnOrders;

  constructor(options: VisibleLevelsOptions) {
    this.instrument = options.instrument;
    this.side = options.side;
    this.ladder = options.ladder;
    this.ownOrders = options.ownOrders;
  }

  /** Rank of the worst level shown; NO_RANK while there is room for more. */
  get horizonRank(): number {
    if (this.count < SNAPSHOT_LEVELS) return NO_RANK;
    return this.ladder.rankOf(this.pricesTicks[SNAPSHOT_LEVELS - 1] as number);
  }

  /** Fills from the depth book alone. True when something changed. */
  fillFromDepth(bookTimeMicros: number): boolean {
    return this.fillFrom(this.ladder.bestRank, 0, bookTimeMicros, false);
  }

  /**
   * Fills from a touch that is newer than the depth book: levels better than it are gone, its own
   * quantity replaces the book's. A price of zero says that the side is empty.
   */
  fillFromTicker(ticker: TopTicker, bookTimeMicros: number): boolean {
    if (ticker.priceTicks <= 0) return this.fillFrom(NO_RANK, 0, bookTimeMicros, false);
    const lots = ticker.quantityLots - this.ownLots(ticker.priceTicks, ticker.timeMicros);
    const below = this.ladder.nextWorse(this.ladder.rankOf(ticker.priceTicks));
    if (lots <= 0) return this.fillFrom(below, 0, bookTimeMicros, false);
    return this.fillFrom(below, 1, bookTimeMicros, this.put(0, ticker.priceTicks, lots));
  }

  /**
   * The touch kept its price: only its quantity is written. True when it changed. Falls back to a
   * full fill when the touch shown is another one.
   *
   * Hot: every bookTicker. No allocation.
   */
  patchTouch(ticker: TopTicker, bookTimeMicros: number): boolean {
    const lots = ticker.quantityLots - this.ownLots(ticker.priceTicks, ticker.timeMicros);
    if (lots <= 0 || this.count === 0 || this.pricesTicks[0] !== ticker.priceTicks) {
      return this.fillFromTicker(ticker, bookTimeMicros);
    }
    return this.put(0, ticker.priceTicks, lots);
  }

  writeState(writer: StateWriter): void {
    writer.flag(this.ownOrdersInBook);
    writer.floats(this.pricesTicks, this.count);
    writer.floats(this.quantitiesLots, this.count);
  }

  readState(reader: StateReader): void {
    this.ownOrdersInBook = reader.flag();
    this.count = reader.floats(this.pricesTicks);
    reader.floats(this.quantitiesLots);
  }

  /** Hot: at most SNAPSHOT_LEVELS levels plus own ones. No allocation in the dense ladder. */
  private fillFrom(
    firstRank: number,
    filled: number,
    bookTimeMicros: number,
    alreadyChanged: boolean,
  ): boolean {
    let changed = alreadyChanged;
    let count = filled;
    let rank = firstRank;
    while (rank !== NO_RANK && count < SNAPSHOT_LEVELS) {
      const price = this.ladder.priceOf(rank);
      const lots = this.ladder.lotsAt(rank) - this.ownLots(price, bookTimeMicros);
      if (lots > 0) {
        if (this.put(count, price, lots)) changed = true;
        count += 1;
      }
      rank = this.ladder.nextWorse(rank);
    }
    if (count !== this.count) changed = true;
    this.count = count;
    return changed;
  }

  private put(position: number, price: number, lots: number): boolean {
    const isSame = this.pricesTicks[position] === price && this.quantitiesLots[position] === lots;
    if (isSame) return false;
    this.pricesTicks[position] = price;
    this.quantitiesLots[position] = lots;
    return true;
  }

  private ownLots(priceTicks: number, timeMicros: number): number {
    if (!this.ownOrdersInBook) return 0;
    return this.ownOrders.lotsAt(this.instrument, this.side, priceTicks, timeMicros);
  }
}
