import { AskedTimes } from './asked-times.ts';
import { NO_ORDER_STATE } from './auditor-inputs.ts';

const IDS_PER_EPOCH = 2 ** 32;
const FIRST_BITS_BYTES = 1_024;
/** An order that is over for everybody is remembered this long: queries and late fills still name it. */
const MEMORY_MICROS = 600_000_000;

export function epochOf(clientOrderId: number): number {
  return Math.floor(clientOrderId / IDS_PER_EPOCH);
}

/** One order that left the process: what was asked, what the venue said, what the process was told. */
export class SentOrder {
  id = 0;
  instrument = 0;
  side = 0;
  layer = 0;
  isHedge = false;
  /** 0: a market order. */
  priceTicks = 0;
  /** Total as last heard, or as sent. */
  totalLots = 0;
  targetId = 0;
  causeSequence = 0;
  sentAtMicros = 0;
  cancelSentMicros = 0;
  readonly cancels = new AskedTimes();
  readonly queries = new AskedTimes();
  /** Living process remembers it: sent in this life, or in the state it recovered. */
  isMine = true;
  /** A replacement of it is under way; not another order of its slot. */
  isOutgoing = false;
  // The venue's truth, before faults.
  isHeard = false;
  isVenueEnded = false;
  venueIdHigh = 0;
  venueIdLow = 0;
  venueFilledLots = 0;
  tradedLots = 0;
  // What reached the process.
  isAnswered = false;
  isKnownAccepted = false;
  isKnownEnded = false;
  knownEndFilledLots = 0;
  knownTotalLots = 0;
  knownFilledLots = 0;
  knownTradedLots = 0;
  amendedCount = 0;
  notFoundCount = 0;
  /** Number of the last list of open orders that named it. */
  listedIn = 0;
  /** State that execution showed last. */
  engineState = NO_ORDER_STATE;
  /** The life that showed it: the next one may have forgotten what it was told. */
  engineLife = 0;
  /** Running time of the process when it was sent: a process that stands still waits for nothing. */
  sentRunningMicros = 0;
  isReported = false;
  /** Running time when execution began to show it unknown, or when it was last asked after; 0: neither. */
  doubtedRunningMicros = 0;
  /** The process alarmed that nothing is known of it. */
  isAlarmed = false;
  liveIndex = -1;
  venueIndex = -1;

  /** What may still fill, as far as the venue has said. */
  get leavesLots(): number {
    return Math.max(0, this.totalLots - this.tradedLots);
  }

  /** What the process was told to have filled and not told as trades. */
  get untoldLots(): number {
    return Math.max(0, this.knownFilledLots - this.knownTradedLots);
  }

  /** What may still fill, as far as the process was told. */
  get knownLeavesLots(): number {
    return Math.max(0, this.knownTotalLots - Math.max(this.knownFilledLots, this.knownTradedLots));
  }
}

/** Every order that ever left, over all lives. */
export class SentOrders {
  /** Those whose end the process was not told: they may fill. No order. */
  readonly live: SentOrder[] = [];
  /** Those the venue accepted and has not ended. No order. */
  readonly atVenue: SentOrder[] = [];
  /** Hedges of which the process was told more than the trades: their position is still missing. */
  private readonly untold = new Set<SentOrder>();
  private readonly byId = new Map<number, SentOrder>();
  private readonly usedBits = new Map<number, Uint8Array>();
  private readonly over: SentOrder[] = [];
  private readonly overSinceMicros: number[] = [];
  private overHead = 0;

  get size(): number {
    return this.byId.size;
  }

  find(id: number): SentOrder | null {
    return this.byId.get(id) ?? null;
  }

  /** Marks an id as used. False when it was used before. */
  use(id: number): boolean {
    const epoch = epochOf(id);
    const counter = id - epoch * IDS_PER_EPOCH;
    const index = Math.floor(counter / 8);
    const bit = 1 << (counter % 8);
    let bits = this.usedBits.get(epoch) ?? new Uint8Array(FIRST_BITS_BYTES);
    if (index >= bits.length) {
      const grown = new Uint8Array(Math.max(bits.length * 2, index + 1));
      grown.set(bits);
      bits = grown;
    }
    this.usedBits.set(epoch, bits);
    const isNew = ((bits[index] as number) & bit) === 0;
    bits[index] = (bits[index] as number) | bit;
    return isNew;
  }

  isUsed(id: number): boolean {
    const epoch = epochOf(id);
    const counter = id - epoch * IDS_PER_EPOCH;
    const byte = this.usedBits.get(epoch)?.[Math.floor(counter / 8)] ?? 0;
    return (byte & (1 << (counter % 8))) !== 0;
  }

  add(order: SentOrder): void {
    this.byId.set(order.id, order);
    order.liveIndex = this.live.push(order) - 1;
  }

  /** What the process was told of the order has changed. */
  noteTold(order: SentOrder): void {
    if (order.isHedge && order.untoldLots > 0) this.untold.add(order);
    else if (this.untold.size > 0) this.untold.delete(order);
  }

  /** A new life knows what it remembers, and that is not known here. */
  forgetUntold(): void {
    this.untold.clear();
  }

  /** Lots of hedges on a side of an instrument that were told as filled and not as trades. */
  untoldLots(instrument: number, side: number): number {
    let lots = 0;
    for (const order of this.untold) {
      if (order.instrument === instrument && order.side === side) lots += order.untoldLots;
    }
    return lots;
  }

  /** The venue holds it open. */
  enterVenue(order: SentOrder): void {
    if (order.venueIndex < 0) order.venueIndex = this.atVenue.push(order) - 1;
  }

  endAtVenue(order: SentOrder): void {
    order.isVenueEnded = true;
    if (order.venueIndex < 0) return;
    const last = this.atVenue.pop() as SentOrder;
    if (last !== order) {
      this.atVenue[order.venueIndex] = last;
      last.venueIndex = order.venueIndex;
    }
    order.venueIndex = -1;
  }

  /** The process was told, or may conclude, that it is over. */
  endKnown(order: SentOrder, nowMicros: number): void {
    if (order.isKnownEnded) return;
    order.isKnownEnded = true;
    const last = this.live.pop() as SentOrder;
    if (last !== order) {
      this.live[order.liveIndex] = last;
      last.liveIndex = order.liveIndex;
    }
    order.liveIndex = -1;
    const target = order.targetId === 0 ? null : this.find(order.targetId);
    if (target !== null) target.isOutgoing = false;
    this.over.push(order);
    this.overSinceMicros.push(nowMicros);
    this.forget(nowMicros);
  }

  private forget(nowMicros: number): void {
    while (this.overHead < this.over.length) {
      const order = this.over[this.overHead] as SentOrder;
      if (nowMicros - (this.overSinceMicros[this.overHead] as number) < MEMORY_MICROS) break;
      this.overHead += 1;
      // What still stands at the venue stays known, however long ago the process wrote it off.
      if (order.venueIndex < 0) this.byId.delete(order.id);
    }
    if (this.overHead > 256) {
      this.over.splice(0, this.overHead);
      this.overSinceMicros.splice(0, this.overHead);
      this.overHead = 0;
    }
  }
}
