import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import type { BalanceSlot } from '#contracts/order.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { ClientOrderId, InstrumentIndex } from '#units/integers.ts';

/** The venue of a world, as the session's frame sees it: the engine sees only the gateway. */
export interface WorldVenue extends OrderGateway {
  /** States balances and positions as events, now or as soon as the venue has answered. */
  publishAccount(): void;
  /** Orders of ours that rest there, or may. */
  openOrders(instrument: InstrumentIndex): readonly { readonly clientOrderId: ClientOrderId }[];
  /** What the account holds, in 1e-8 of the asset: of the venue's own books, or as it last said. */
  freeUnits(slot: BalanceSlot): number;
  lockedUnits(slot: BalanceSlot): number;
  /** Null: there is no margin account. */
  readonly margin: object | null;
}

/**
 * A world in which a session trades: a clock, a venue that takes orders, and market data that reaches
 * the engine by itself once started. The clock is virtual; a world that is happening now drives it by
 * the wall.
 */
export interface TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: WorldVenue;
  /** True when the market data comes from a model: its PnL is not evidence. */
  readonly isSynthetic: boolean;
  /** True when the market data comes from a real venue, now. Absent: it does not. */
  readonly isLiveFeed?: boolean;
  /** True when orders go to a real venue: nothing of it can be waited for by turning the clock. */
  readonly isLiveVenue?: boolean;
  /** The wall's time in epoch microseconds, for a world that is happening now: it cannot be slower or faster. */
  wallMicros?(): number;
  /** True when the feed shows our own orders; a recording cannot. */
  readonly ownOrdersInBook: boolean;
  /** Mood of the synthetic market; null for recordings. */
  readonly regime: RegimeName | null;
  /** True when no more market data will come. A synthetic market never ends. */
  readonly isExhausted: boolean;
  /** Schedules the first of everything. Nothing runs until the clock does. */
  start(): void;
  /** Lots before one of our resting orders in its queue, own earlier ones included; -1 when unknown. */
  queueAheadLots(instrument: number, clientOrderId: number): number;
  /**
   * Asks the venue itself what of ours is still open, cancels that, and returns how much is left.
   * Absent where the venue's books are at hand.
   */
  confirmRest?(): Promise<number>;
  /** Gives files and sockets back. */
  close(): void;
}
