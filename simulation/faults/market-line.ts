/**
 * The public feed of one instrument on its way to the process: lost, doubled, late, damaged, silent.
 */
import { EventKind } from '#contracts/event-kind.ts';
import {
  type BookTickerEvent,
  DepthSnapshotEvent,
  FeedState,
  FeedStatusEvent,
  type MarketEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { FrameEncoder } from '#simulation/wire/wire.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import type { FaultName } from './fault-table.ts';
import type { LiveWindow } from './live-window.ts';
import { type HeldEvent, hold, type NetworkContext, strike } from './network-context.ts';

/** A price nobody could mean. */
const ABSURD_FACTOR = 1_000;
const CROSS_TICKS_MAX = 5;
/** Share of the chances that cross a depth message, not only a top of book. */
const DEPTH_CROSSED = 0.3;
/** A false level stands this long at most. */
const CROSSED_FOR_MICROS = 5_000_000;
const RECONNECT_MICROS = 300_000;
const STRANGE_IDS_FROM = 1_000_000;
/** Near enough to pass for a price of ours. */
const STRANGE_PRICE_RATIO = 0.98;

export class MarketLine {
  /**
   * True from the first message that was wrong in a way that outlasts it until the connection came
   * back: the process cannot know the true book meanwhile.
   */
  isDistorted = false;
  isDown = false;
  private readonly context: NetworkContext;
  private readonly index: InstrumentIndex;
  private readonly status = new FeedStatusEvent();
  private readonly oldSnapshot = new DepthSnapshotEvent();
  private hasOldSnapshot = false;
  private encoder: FrameEncoder;
  private strangeEncoder: FrameEncoder;
  private downUntilMicros = 0;
  private heldBack: HeldEvent | null = null;
  private lastBidTicks = 0;
  private lastBidLots = 0;
  private lastAskTicks = 0;
  private lastAskLots = 0;
  private frozenBidTicks = 0;
  private frozenBidLots = 0;
  private frozenAskTicks = 0;
  private frozenAskLots = 0;
  private isFrozen = false;
  private readonly hasBytes: boolean;

  constructor(context: NetworkContext, instrument: Instrument, hasBytes: boolean) {
    this.context = context;
    this.index = instrument.index;
    this.hasBytes = hasBytes;
    this.encoder = new FrameEncoder({ instrument });
    this.strangeEncoder = new FrameEncoder({ instrument, symbol: 'STRANGEUSDT' });
  }

  /** A new grid: later messages are printed on it. */
  setInstrument(instrument: Instrument): void {
    this.encoder = new FrameEncoder({ instrument });
    this.strangeEncoder = new FrameEncoder({ instrument, symbol: 'STRANGEUSDT' });
    this.hasOldSnapshot = false;
    this.lastAskTicks = 0;
    this.lastBidTicks = 0;
    this.isFrozen = false;
    this.forgetHeld();
  }

  /** Hot: every public event of the instrument. */
  onEvent(event: MarketEvent): void {
    const { live } = this.context;
    if (event.kind === EventKind.DEPTH_SNAPSHOT) {
      this.onSnapshot(event);
      return;
    }
    if (this.isDown) return;
    if (live.count === 0) this.pass(event);
    else this.strike(event);
    if (event.kind === EventKind.BOOK_TICKER) this.noteTop(event);
  }

  /** The connection breaks, and comes back after so many microseconds. `cutBy` is told when somebody notices. */
  cut(lengthMicros: number, cutBy: FaultName | null): void {
    const { clock } = this.context;
    const until = clock.nowMicros + lengthMicros;
    this.forgetHeld();
    const isNew = !this.isDown;
    const isLonger = until > this.downUntilMicros;
    if (cutBy !== null && (isNew || isLonger)) this.tellFault(cutBy);
    if (isNew) {
      this.isDown = true;
      this.tell(FeedState.DISCONNECTED);
    }
    if (!isLonger) return;
    this.downUntilMicros = until;
    clock.schedule(until as EpochMicros, this.reconnect);
  }

  /** A new process makes its connection, whatever became of the one before. */
  connectAnew(micros: number): void {
    this.isDown = false;
    this.downUntilMicros = 0;
    this.cut(micros, null);
  }

  /** The notice of a server that goes away. */
  announceShutdown(): void {
    this.context.link.deliverShutdown(this.index, this.encoder);
  }

  /** A frozen side moves again: through a new connection, so that the process can know the book. */
  thaw(reconnectMicros: number): void {
    this.isFrozen = false;
    if (this.isDistorted) this.cut(reconnectMicros, null);
  }

  private readonly reconnect = {
    run: (): void => {
      if (!this.isDown || this.context.clock.nowMicros < this.downUntilMicros) return;
      this.isDown = false;
      this.isDistorted = false;
      this.tell(FeedState.CONNECTED);
    },
  };

  private strike(event: MarketEvent): void {
    const { live } = this.context;
    if (this.hits('market-stale') !== null) return;
    const isDepth = event.kind === EventKind.DEPTH_DELTA;
    if (isDepth && this.hits('market-depth-stale') !== null) return;
    if (this.hits('market-gap') !== null) return;
    if (this.hits('wrong-symbol') !== null) {
      if (this.hasBytes) this.deliverStrange(event);
      return;
    }
    if (this.damages(event)) return;
    const changed = this.change(event);
    const late = this.heldBack === null ? live.roll('market-reorder', this.index) : null;
    if (late !== null) {
      const micros = 1 + late.pick(late.window.strength, 1);
      this.heldBack = hold(this.context, changed, this.encoder, micros);
    } else {
      this.pass(changed);
      if (this.hits('market-duplicate') !== null) this.deliver(changed);
    }
    if (changed !== event) this.context.copies.give(changed);
  }

  /** True when the message was handed over as bytes that nobody can read. */
  private damages(event: MarketEvent): boolean {
    const { live, link } = this.context;
    const damage = live.roll('market-malformed', this.index);
    if (damage === null) return false;
    const [kind, place] = [damage.pick(1_000, 1), damage.pick(100_000, 2)];
    if (!link.deliverDamaged(event, this.encoder, kind, place)) return false;
    this.tellFault('market-malformed');
    return true;
  }

  /** Another symbol has prices and ids of its own. */
  private deliverStrange(event: MarketEvent): void {
    const { copies, link } = this.context;
    const copy = copies.take(event);
    if (copy.kind === EventKind.TRADE) {
      copy.tradeId += STRANGE_IDS_FROM;
      copy.priceTicks = strangePrice(copy.priceTicks);
    } else if (copy.kind === EventKind.BOOK_TICKER) {
      copy.updateId += STRANGE_IDS_FROM;
      copy.bidPriceTicks = strangePrice(copy.bidPriceTicks);
      copy.askPriceTicks = strangePrice(copy.askPriceTicks);
    }
    link.deliver(copy, this.strangeEncoder);
    copies.give(copy);
  }

  /** Delivers, and behind it what it was allowed to overtake. */
  private pass(event: MarketEvent): void {
    this.deliver(event);
    const held = this.heldBack;
    if (held === null) return;
    this.heldBack = null;
    if (!held.isDue) return;
    this.tellFault('market-reorder');
    held.release();
  }

  private deliver(event: MarketEvent): void {
    this.context.link.deliver(event, this.encoder);
  }

  /** The event itself, or a copy in which something is wrong. */
  private change(event: MarketEvent): MarketEvent {
    const frozen = this.context.live.find('market-one-side-frozen', this.index);
    if (frozen !== null) return this.freeze(event, frozen);
    if (event.kind === EventKind.BOOK_TICKER || event.kind === EventKind.TRADE) {
      const bad = this.hits('market-bad-price');
      if (bad !== null) return this.spoiled(event, bad);
    }
    const isTop = event.kind === EventKind.BOOK_TICKER;
    if (!isTop && (event.kind !== EventKind.DEPTH_DELTA || this.lastAskTicks === 0)) return event;
    const crossed = this.context.live.roll('market-crossed', this.index);
    if (crossed === null || (!isTop && crossed.draw(2) > DEPTH_CROSSED)) return event;
    const copy = this.context.copies.take(event);
    this.cross(copy, 1 + crossed.pick(CROSS_TICKS_MAX, 1));
    this.tellFault('market-crossed');
    return copy;
  }

  private spoiled(event: BookTickerEvent | TradeEvent, bad: LiveWindow): MarketEvent {
    const copy = this.context.copies.take(event);
    // A trade at zero is refused by who reads the bytes: where no bytes are read, nobody could.
    const isZero = bad.draw(1) < 0.5 && (this.hasBytes || copy.kind !== EventKind.TRADE);
    spoilPrice(copy, isZero, bad.draw(2) < 0.5);
    return copy;
  }

  private cross(event: MarketEvent, ticks: number): void {
    if (event.kind === EventKind.BOOK_TICKER) {
      event.bidPriceTicks = (event.askPriceTicks + ticks) as PriceTicks;
    }
    if (event.kind !== EventKind.DEPTH_DELTA) return;
    // A level that is not there: only a new book takes it away for certain.
    this.isDistorted = true;
    event.bids.push(this.lastAskTicks + ticks, 1 + ticks);
    const { clock } = this.context;
    clock.schedule((clock.nowMicros + CROSSED_FOR_MICROS) as EpochMicros, this.endCrossing);
  }

  /** Whoever has not taken a new book by now is given a new connection. */
  private readonly endCrossing = {
    run: (): void => {
      if (this.isDistorted) this.cut(RECONNECT_MICROS, null);
    },
  };

  private freeze(event: MarketEvent, frozen: LiveWindow): MarketEvent {
    if (!this.isFrozen) this.startFreeze();
    const isBid = frozen.window.salt % 2 === 0;
    if (event.kind === EventKind.BOOK_TICKER) return this.freezeTop(event, isBid);
    if (event.kind !== EventKind.DEPTH_DELTA) return event;
    if ((isBid ? event.bids.count : event.asks.count) === 0) return event;
    const copy = this.context.copies.take(event);
    (isBid ? copy.bids : copy.asks).clear();
    return this.frozen(copy);
  }

  private freezeTop(event: BookTickerEvent, isBid: boolean): MarketEvent {
    const ticks = isBid ? this.frozenBidTicks : this.frozenAskTicks;
    const lots = isBid ? this.frozenBidLots : this.frozenAskLots;
    if (ticks === 0 || ticks === (isBid ? event.bidPriceTicks : event.askPriceTicks)) return event;
    const copy = this.context.copies.take(event);
    if (isBid) {
      copy.bidPriceTicks = ticks as PriceTicks;
      copy.bidQuantityLots = lots as QuantityLots;
    } else {
      copy.askPriceTicks = ticks as PriceTicks;
      copy.askQuantityLots = lots as QuantityLots;
    }
    return this.frozen(copy);
  }

  private frozen(copy: MarketEvent): MarketEvent {
    this.isDistorted = true;
    this.tellFault('market-one-side-frozen');
    return copy;
  }

  private startFreeze(): void {
    this.isFrozen = true;
    this.frozenBidTicks = this.lastBidTicks;
    this.frozenBidLots = this.lastBidLots;
    this.frozenAskTicks = this.lastAskTicks;
    this.frozenAskLots = this.lastAskLots;
  }

  /** A REST answer: it comes whether the stream stands or not. */
  private onSnapshot(event: DepthSnapshotEvent): void {
    const isOlder = this.hasOldSnapshot && this.oldSnapshot.lastUpdateId < event.lastUpdateId;
    if (isOlder && this.hits('snapshot-old') !== null) {
      this.deliver(this.oldSnapshot);
      return;
    }
    const late = this.hits('snapshot-late');
    this.hasOldSnapshot = true;
    this.oldSnapshot.lastUpdateId = event.lastUpdateId;
    this.oldSnapshot.instrument = event.instrument;
    this.oldSnapshot.venueTimeMicros = event.venueTimeMicros;
    this.oldSnapshot.bids.copyFrom(event.bids);
    this.oldSnapshot.asks.copyFrom(event.asks);
    if (late === null) this.deliver(event);
    else hold(this.context, event, this.encoder, late.window.strength);
  }

  private hits(name: FaultName): LiveWindow | null {
    const hit = this.context.live.roll(name, this.index);
    if (hit !== null) this.tellFault(name);
    return hit;
  }

  private tellFault(name: FaultName): void {
    strike(this.context, name, this.index, NO_ORDER);
  }

  private noteTop(event: Readonly<BookTickerEvent>): void {
    this.lastBidTicks = event.bidPriceTicks;
    this.lastBidLots = event.bidQuantityLots;
    this.lastAskTicks = event.askPriceTicks;
    this.lastAskLots = event.askQuantityLots;
  }

  private forgetHeld(): void {
    this.heldBack?.drop();
    this.heldBack = null;
  }

  private tell(state: FeedState): void {
    this.status.instrument = this.index;
    this.status.state = state;
    this.context.link.deliver(this.status, null);
  }
}

function spoilPrice(event: BookTickerEvent | TradeEvent, isZero: boolean, isBid: boolean): void {
  const spoil = (ticks: PriceTicks): PriceTicks =>
    (isZero ? 0 : ticks * ABSURD_FACTOR) as PriceTicks;
  if (event.kind === EventKind.TRADE) event.priceTicks = spoil(event.priceTicks);
  else if (isBid) event.bidPriceTicks = spoil(event.bidPriceTicks);
  else event.askPriceTicks = spoil(event.askPriceTicks);
}

function strangePrice(ticks: PriceTicks): PriceTicks {
  return Math.round(ticks * STRANGE_PRICE_RATIO) as PriceTicks;
}
