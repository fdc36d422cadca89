import type {
  AssetUnits,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  QuantityLots,
} from '#units/integers.ts';
import type { Side } from './order.ts';

export const HedgeUrgency = { PASSIVE: 0, NORMAL: 1, AGGRESSIVE: 2, PANIC: 3 } as const;
export type HedgeUrgency = (typeof HedgeUrgency)[keyof typeof HedgeUrgency];

export const HEDGE_LEGS_MAX = 8;

/** One leg we want resting or sent. Execution keeps one live order per leg slot. */
export interface HedgeLeg {
  readonly instrument: InstrumentIndex;
  readonly side: Side;
  /** Lots still to be done by this leg; 0 means: nothing live wanted in this slot. */
  readonly quantityLots: QuantityLots;
  readonly isPassive: boolean;
  /** Worst price allowed (active) or the resting price (passive). */
  readonly limitPriceTicks: PriceTicks;
  readonly deadlineMicros: EpochMicros;
}

/**
 * What hedging wants. Writer: hedging. Readers: execution, ops. Always the whole wish: legs that are
 * not in it any more are cancelled.
 */
export interface HedgeCommand {
  readonly version: number;
  readonly atMicros: EpochMicros;
  /** Zero: no obligation is open. Rises by one for each new obligation; survives a restart. */
  readonly obligationId: number;
  readonly targetDeltaUnits: AssetUnits;
  readonly currentDeltaUnits: AssetUnits;
  /** Signed base units to trade: negative sells. */
  readonly hedgeDeltaUnits: AssetUnits;
  readonly urgency: HedgeUrgency;
  readonly legCount: number;
  readonly legs: readonly HedgeLeg[];
  readonly costBudgetBps: number;
  readonly costEstimateBps: number;
}
