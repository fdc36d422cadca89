import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';

/**
 * A world in which a session trades in virtual time: a clock, a venue that takes orders, and market
 * data that reaches the engine by itself once started.
 */
export interface TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: SimulatedVenue;
  /** True when the market data comes from a model: its PnL is not evidence. */
  readonly isSynthetic: boolean;
  /** True when the market data comes from a real venue, now. Absent: it does not. */
  readonly isLiveFeed?: boolean;
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
  /** Gives files back. */
  close(): void;
}
