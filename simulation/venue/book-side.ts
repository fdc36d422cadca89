import type { LevelColumn } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { leavesLots, type VenueOrder } from './venue-book.ts';

/** No slot, no level: the end of a list. */
const NONE = -1;

const FIRST_CAPACITY = 1024;

/**
 * One side of an order book, order by order: price levels sorted with the best last, and in each
 * level a queue of orders in the order of arrival.
 *
 * Levels are two parallel sorted columns (key, level), because prices come and go near the best,
 * where the move is a few entries; a ladder over all ticks would need memory for the whole range.
 * Queues are linked through integer slots. Nothing is allocated once the columns have grown.
 */
export class BookSide {
  readonly side: Side;
  /** Bids sort by price, asks by minus price: the best has the highest key on both sides. */
  private readonly sign: 1 | -1;

  private levelCount = 0;
  private keys = new Float64Array(FIRST_CAPACITY);
  private sortedLevels = new Int32Array(FIRST_CAPACITY);

  private readonly freeLevels: number[] = [];
  private levelsMade = 0;
  private levelLots = new Float64Array(FIRST_CAPACITY);
  private levelPrices = new Float64Array(FIRST_CAPACITY);
  private levelHeads = new Int32Array(FIRST_CAPACITY);
  private levelTails = new Int32Array(FIRST_CAPACITY);

  private readonly freeSlots: number[] = [];
  private slotsMade = 0;
  private readonly orders: (VenueOrder | null)[] = [];
  private nextSlots = new Int32Array(FIRST_CAPACITY);
  private previousSlots = new Int32Array(FIRST_CAPACITY);
  private slotLevels = new Int32Array(FIRST_CAPACITY);
  private readonly slotByOrder = new Map<VenueOrder, number>();

  constructor(side: Side) {
    this.side = side;
    this.sign = side === Side.BUY ? 1 : -1;
  }

  /** Resting orders. */
  get orderCount(): number {
    return this.slotByOrder.size;
  }

  get depth(): number {
    return this.levelCount;
  }

  /** Best price, 0 when the side is empty. */
  get bestTicks(): number {
    if (this.levelCount === 0) return 0;
    return (this.keys[this.levelCount - 1] as number) * this.sign;
  }

  /** Lots at the best price, 0 when the side is empty. */
  get bestLots(): number {
    if (this.levelCount === 0) return 0;
    return this.levelLots[this.sortedLevels[this.levelCount - 1] as number] as number;
  }

  /** True when an incoming order of the other side with this limit reaches the best price here. */
  isReachedBy(limitTicks: number): boolean {
    if (this.levelCount === 0) return false;
    return limitTicks * this.sign <= (this.keys[this.levelCount - 1] as number);
  }

  has(order: VenueOrder): boolean {
    return this.slotByOrder.has(order);
  }

  /** Lots at a price, 0 when nothing rests there. */
  lotsAt(priceTicks: number): number {
    const position = this.positionOf(priceTicks * this.sign);
    if (!this.isAt(position, priceTicks)) return 0;
    return this.levelLots[this.sortedLevels[position] as number] as number;
  }

  /** First order of the best level. Precondition: the side is not empty. */
  firstOrder(): VenueOrder {
    const level = this.sortedLevels[this.levelCount - 1] as number;
    return this.orders[this.levelHeads[level] as number] as VenueOrder;
  }

  /** Puts an order at the tail of its price's queue. Hot: each resting order. */
  append(order: VenueOrder): void {
    const level = this.levelFor(order.priceTicks);
    const slot = this.takeSlot();
    this.orders[slot] = order;
    this.slotLevels[slot] = level;
    const tail = this.levelTails[level] as number;
    this.previousSlots[slot] = tail;
    this.nextSlots[slot] = NONE;
    if (tail === NONE) this.levelHeads[level] = slot;
    else this.nextSlots[tail] = slot;
    this.levelTails[level] = slot;
    this.levelLots[level] = (this.levelLots[level] as number) + leavesLots(order);
    this.slotByOrder.set(order, slot);
  }

  /**
   * Takes an order out, whatever it still has. Precondition: it rests here and `leftLots` is what
   * of it is still counted in its level. Hot: each cancel and each filled maker.
   */
  remove(order: VenueOrder, leftLots: number): void {
    const slot = this.slotOf(order);
    const level = this.slotLevels[slot] as number;
    const previous = this.previousSlots[slot] as number;
    const next = this.nextSlots[slot] as number;
    if (previous === NONE) this.levelHeads[level] = next;
    else this.nextSlots[previous] = next;
    if (next === NONE) this.levelTails[level] = previous;
    else this.previousSlots[next] = previous;
    this.levelLots[level] = (this.levelLots[level] as number) - leftLots;
    this.orders[slot] = null;
    this.slotByOrder.delete(order);
    this.freeSlots.push(slot);
    if (this.levelHeads[level] === NONE) this.dropLevel(level);
  }

  /** An order lost `lots` by a fill, a prevention or an amend and keeps its place. */
  shrink(order: VenueOrder, lots: number): void {
    const level = this.slotLevels[this.slotOf(order)] as number;
    this.levelLots[level] = (this.levelLots[level] as number) - lots;
  }

  /** Lots that stand before an order in its queue. Linear in the queue: for pages and statistics. */
  lotsAhead(order: VenueOrder): number {
    let ahead = 0;
    let slot = this.previousSlots[this.slotOf(order)] as number;
    while (slot !== NONE) {
      ahead += leavesLots(this.orders[slot] as VenueOrder);
      slot = this.previousSlots[slot] as number;
    }
    return ahead;
  }

  /** Appends up to `levelsMax` levels, best first, to a column. */
  writeLevels(levelsMax: number, into: LevelColumn): void {
    const last = Math.max(0, this.levelCount - levelsMax);
    for (let position = this.levelCount - 1; position >= last; position--) {
      const level = this.sortedLevels[position] as number;
      into.push(this.levelPrices[level] as number, this.levelLots[level] as number);
    }
  }

  /**
   * Calls `visit` for each order a limit reaches, best price and oldest first, until it answers
   * false.
   */
  visitReached(limitTicks: number, visit: (order: VenueOrder) => boolean): void {
    for (let position = this.levelCount - 1; position >= 0; position--) {
      if (limitTicks * this.sign > (this.keys[position] as number)) return;
      let slot = this.levelHeads[this.sortedLevels[position] as number] as number;
      while (slot !== NONE) {
        if (!visit(this.orders[slot] as VenueOrder)) return;
        slot = this.nextSlots[slot] as number;
      }
    }
  }

  private slotOf(order: VenueOrder): number {
    const slot = this.slotByOrder.get(order);
    if (slot === undefined) throw new Error('the order does not rest on this side');
    return slot;
  }

  private isAt(position: number, priceTicks: number): boolean {
    return position < this.levelCount && this.keys[position] === priceTicks * this.sign;
  }

  /** First position whose key is not below `key`. Looks at the best first: most orders land there. */
  private positionOf(key: number): number {
    let low = 0;
    let high = this.levelCount;
    if (high > 0 && (this.keys[high - 1] as number) < key) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private levelFor(priceTicks: number): number {
    const key = priceTicks * this.sign;
    const position = this.positionOf(key);
    if (this.isAt(position, priceTicks)) return this.sortedLevels[position] as number;
    const level = this.freeLevels.pop() ?? this.makeLevel();
    this.levelPrices[level] = priceTicks;
    this.levelLots[level] = 0;
    this.levelHeads[level] = NONE;
    this.levelTails[level] = NONE;
    if (this.levelCount === this.keys.length) {
      this.keys = grownFloats(this.keys);
      this.sortedLevels = grownIntegers(this.sortedLevels);
    }
    this.keys.copyWithin(position + 1, position, this.levelCount);
    this.sortedLevels.copyWithin(position + 1, position, this.levelCount);
    this.keys[position] = key;
    this.sortedLevels[position] = level;
    this.levelCount += 1;
    return level;
  }

  private dropLevel(level: number): void {
    const position = this.positionOf((this.levelPrices[level] as number) * this.sign);
    this.keys.copyWithin(position, position + 1, this.levelCount);
    this.sortedLevels.copyWithin(position, position + 1, this.levelCount);
    this.levelCount -= 1;
    this.freeLevels.push(level);
  }

  private makeLevel(): number {
    if (this.levelsMade === this.levelLots.length) {
      this.levelLots = grownFloats(this.levelLots);
      this.levelPrices = grownFloats(this.levelPrices);
      this.levelHeads = grownIntegers(this.levelHeads);
      this.levelTails = grownIntegers(this.levelTails);
    }
    this.levelsMade += 1;
    return this.levelsMade - 1;
  }

  private takeSlot(): number {
    const free = this.freeSlots.pop();
    if (free !== undefined) return free;
    if (this.slotsMade === this.nextSlots.length) {
      this.nextSlots = grownIntegers(this.nextSlots);
      this.previousSlots = grownIntegers(this.previousSlots);
      this.slotLevels = grownIntegers(this.slotLevels);
    }
    this.orders.push(null);
    this.slotsMade += 1;
    return this.slotsMade - 1;
  }
}

function grownFloats(column: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(column.length * 2);
  grown.set(column);
  return grown;
}

function grownIntegers(column: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(column.length * 2);
  grown.set(column);
  return grown;
}
