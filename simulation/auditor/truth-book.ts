/**
 * One instrument's public book as the venue sent it, before faults: own levels, and a memory of tops
 * and of what each message held, by update id.
 */
import type { DepthDeltaEvent, DepthSnapshotEvent, LevelColumn } from '#contracts/events.ts';

const FIRST_CAPACITY = 1_024;
/** Update ids remembered: beyond the longest time a message is held back. A power of two. */
const MEMORY = 32_768;
const MESSAGES = 8_192;
const SEED = 0x2545f491;

/** Levels of one side, worst first: what changes is near the end. */
class TruthSide {
  count = 0;
  prices = new Float64Array(FIRST_CAPACITY);
  lots = new Float64Array(FIRST_CAPACITY);
  /** 1: bids, ascending; -1: asks, descending. */
  private readonly direction: number;

  constructor(direction: number) {
    this.direction = direction;
  }

  get bestTicks(): number {
    return this.count === 0 ? 0 : (this.prices[this.count - 1] as number);
  }

  get bestLots(): number {
    return this.count === 0 ? 0 : (this.lots[this.count - 1] as number);
  }

  clear(): void {
    this.count = 0;
  }

  apply(levels: LevelColumn): void {
    for (let index = 0; index < levels.count; index++) {
      this.set(levels.pricesTicks[index] as number, levels.quantitiesLots[index] as number);
    }
  }

  private set(price: number, quantity: number): void {
    const place = this.placeOf(price);
    const isThere = place < this.count && this.prices[place] === price;
    if (quantity === 0) {
      if (isThere) this.remove(place);
      return;
    }
    if (!isThere) this.insert(place, price);
    this.lots[place] = quantity;
  }

  /** First place that is not worse than the price. Near the touch first, then by halves. */
  private placeOf(price: number): number {
    const { prices, direction } = this;
    let high = this.count;
    let low = 0;
    for (let step = 0; step < 8 && high > 0; step++) {
      if (((prices[high - 1] as number) - price) * direction < 0) return high;
      high -= 1;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((prices[middle] as number) - price) * direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(place: number, price: number): void {
    if (this.count === this.prices.length) this.grow();
    this.prices.copyWithin(place + 1, place, this.count);
    this.lots.copyWithin(place + 1, place, this.count);
    this.prices[place] = price;
    this.count += 1;
  }

  private remove(place: number): void {
    this.prices.copyWithin(place, place + 1, this.count);
    this.lots.copyWithin(place, place + 1, this.count);
    this.count -= 1;
  }

  private grow(): void {
    const prices = new Float64Array(this.prices.length * 2);
    const lots = new Float64Array(this.prices.length * 2);
    prices.set(this.prices);
    lots.set(this.lots);
    this.prices = prices;
    this.lots = lots;
  }
}

/** A number that two different messages hardly share. Hot: two multiplications a level. */
export function contentHash(bids: LevelColumn, asks: LevelColumn): number {
  let hash = SEED;
  for (let index = 0; index < bids.count; index++) {
    hash = Math.imul(hash ^ (bids.pricesTicks[index] as number), 0x9e3779b1);
    hash = Math.imul(hash ^ (bids.quantitiesLots[index] as number), 0x85ebca6b) ^ (hash >>> 15);
  }
  hash ^= bids.count << 16;
  for (let index = 0; index < asks.count; index++) {
    hash = Math.imul(hash ^ (asks.pricesTicks[index] as number), 0xc2b2ae35);
    hash = Math.imul(hash ^ (asks.quantitiesLots[index] as number), 0x27d4eb2f) ^ (hash >>> 13);
  }
  return hash | 0;
}

/** Hot: every public event. No allocation once the sides have grown. */
export class TruthBook {
  readonly bids = new TruthSide(1);
  readonly asks = new TruthSide(-1);
  lastUpdateId = 0;
  /** The book holds every level from its first message on, or from a snapshot on. */
  isWhole = false;
  private hasBegun = false;
  private readonly topIds = new Float64Array(MEMORY).fill(-1);
  private readonly tops = new Float64Array(MEMORY * 4);
  private readonly messageIds = new Float64Array(MESSAGES).fill(-1);
  private readonly messageHashes = new Int32Array(MESSAGES);
  private readonly snapshotIds = new Float64Array(MESSAGES).fill(-1);
  private readonly snapshotHashes = new Int32Array(MESSAGES);

  onDelta(event: Readonly<DepthDeltaEvent>): void {
    const slot = event.lastUpdateId & (MESSAGES - 1);
    this.messageIds[slot] = event.lastUpdateId;
    this.messageHashes[slot] = contentHash(event.bids, event.asks);
    if (!this.hasBegun) {
      this.hasBegun = true;
      // Ids count from one: a stream that begins there tells the whole book.
      this.isWhole = event.firstUpdateId <= 1;
    }
    if (event.lastUpdateId <= this.lastUpdateId) return;
    if (this.lastUpdateId > 0 && event.firstUpdateId > this.lastUpdateId + 1) this.isWhole = false;
    this.bids.apply(event.bids);
    this.asks.apply(event.asks);
    this.lastUpdateId = event.lastUpdateId;
    if (!this.isWhole) return;
    this.noteTop(
      event.lastUpdateId,
      this.bids.bestTicks,
      this.bids.bestLots,
      this.asks.bestTicks,
      this.asks.bestLots,
    );
  }

  onSnapshot(event: Readonly<DepthSnapshotEvent>): void {
    const slot = event.lastUpdateId & (MESSAGES - 1);
    this.snapshotIds[slot] = event.lastUpdateId;
    this.snapshotHashes[slot] = contentHash(event.bids, event.asks);
    this.noteTop(
      event.lastUpdateId,
      event.bids.pricesTicks[0] ?? 0,
      event.bids.quantitiesLots[0] ?? 0,
      event.asks.pricesTicks[0] ?? 0,
      event.asks.quantitiesLots[0] ?? 0,
      event.bids.count === 0,
      event.asks.count === 0,
    );
    if (this.isWhole || event.lastUpdateId < this.lastUpdateId) return;
    this.bids.clear();
    this.asks.clear();
    this.bids.apply(event.bids);
    this.asks.apply(event.asks);
    this.lastUpdateId = event.lastUpdateId;
    this.hasBegun = true;
    this.isWhole = true;
  }

  /** The top at an update id, from depth, snapshot or ticker. */
  noteTop(
    updateId: number,
    bidTicks: number,
    bidLots: number,
    askTicks: number,
    askLots: number,
    hasNoBids = false,
    hasNoAsks = false,
  ): void {
    const slot = updateId & (MEMORY - 1);
    this.topIds[slot] = updateId;
    this.tops[slot * 4] = hasNoBids ? 0 : bidTicks;
    this.tops[slot * 4 + 1] = hasNoBids ? 0 : bidLots;
    this.tops[slot * 4 + 2] = hasNoAsks ? 0 : askTicks;
    this.tops[slot * 4 + 3] = hasNoAsks ? 0 : askLots;
  }

  knowsTop(updateId: number): boolean {
    return this.topIds[updateId & (MEMORY - 1)] === updateId;
  }

  /** `field` 0: bid ticks, 1: bid lots, 2: ask ticks, 3: ask lots. `knowsTop` must be true. */
  topField(updateId: number, field: number): number {
    return this.tops[(updateId & (MEMORY - 1)) * 4 + field] as number;
  }

  /** True when the venue sent this very message. */
  sentDelta(event: Readonly<DepthDeltaEvent>): boolean {
    const slot = event.lastUpdateId & (MESSAGES - 1);
    if (this.messageIds[slot] !== event.lastUpdateId) return false;
    return this.messageHashes[slot] === contentHash(event.bids, event.asks);
  }

  sentSnapshot(event: Readonly<DepthSnapshotEvent>): boolean {
    const slot = event.lastUpdateId & (MESSAGES - 1);
    if (this.snapshotIds[slot] !== event.lastUpdateId) return false;
    return this.snapshotHashes[slot] === contentHash(event.bids, event.asks);
  }

  /** Mid in half ticks, 0 while a side is empty. */
  get midHalfTicks(): number {
    const bid = this.bids.bestTicks;
    const ask = this.asks.bestTicks;
    return bid > 0 && ask > 0 ? bid + ask : 0;
  }
}
