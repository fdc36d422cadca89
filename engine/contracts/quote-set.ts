import type { EpochMicros, InstrumentIndex, PriceTicks, QuantityLots } from '#units/integers.ts';
import type { Layer, Side } from './order.ts';

/**
 * Why a side is not quoted, or NONE. Codes are stable; `QuoteSide.needed` and `.available` carry the
 * number that blocks, in the unit named here. Listed in the order in which pricing checks.
 */
export const NoQuoteReason = {
  NONE: 0,
  /** The session has not everything it needs yet (needed: 1, available: 0). */
  WARMING_UP: 1,
  /** Instrument status is not TRADING (needed: TRADING, available: the status code). */
  NOT_TRADING: 2,
  /** Book not live or too old (microseconds allowed / age). */
  STALE_MARKET: 3,
  /** Hedge market not live or too old (microseconds allowed / age). */
  STALE_HEDGE_MARKET: 4,
  /** An operator pulled this side or everything. */
  PULLED_BY_OPERATOR: 5,
  /** No valid risk lease (needed: a lease, available: microseconds since expiry). */
  NO_LEASE: 6,
  /** Stopped for the rest of the session (limit broken / measured; 1 / 0 for an operator's stop). */
  KILLED: 7,
  /** Fair value left the clip band on the endangered side (ticks allowed / ticks away). */
  FAIR_OUTSIDE_BAND: 8,
  /** The perp moved while spot was silent (ticks allowed / ticks moved). */
  PERP_LED_MOVE: 9,
  /** Flow is toxic (threshold / level). */
  TOXIC_FLOW: 10,
  /** Inventory limit of this side reached (lots allowed / lots held and working). */
  INVENTORY_LIMIT: 11,
  /** Not enough balance to quote the minimum (quote or base units needed / free). */
  NO_BALANCE: 12,
  /** Too little edge at any price this profile may quote (basis points needed / achievable). */
  FEE_FLOOR: 13,
  /** The fitted intensity band does not hold this distance (ticks of the band / ticks wanted). */
  OUTSIDE_FITTED_BAND: 14,
  /** Quantity falls under the venue's minimum (quote units needed / quote units had). */
  BELOW_MIN_NOTIONAL: 15,
  /** Bid and ask of our own would cross; the inventory-increasing side is dropped. */
  SELF_CROSS: 16,
  /** A calendar window (funding, maintenance) says pull. */
  CALENDAR: 17,
  /** Ops pulled both sides for now: the limit broken and what was measured (basis points lost today). */
  PULLED_BY_HEALTH: 18,
  /**
   * Fills of a market may happen without our being told: its private stream broke, or a session started,
   * and the venue has not answered for everything since (needed: 0, available: microseconds since then).
   * Checked right after WARMING_UP.
   */
  BLIND_ON_FILLS: 19,
} as const;
export type NoQuoteReason = (typeof NoQuoteReason)[keyof typeof NoQuoteReason];

/** What a quote's distance from fair is made of, in basis points of fair. The parts sum to distanceBps within one tick. */
export interface EdgeStack {
  readonly makerFeeBps: number;
  readonly adverseSelectionBps: number;
  readonly staleCostBps: number;
  /** Hedge cost x (1 - netting share). */
  readonly hedgeCostBps: number;
  readonly fundingBasisBps: number;
  /** Signed: moves both sides the same way; positive widens this side. */
  readonly inventorySkewBps: number;
  /** What the model adds on top (half spread beyond costs), rounding outward included. */
  readonly marginBps: number;
  readonly distanceBps: number;
}

/** One layer of one side. Zero quantity: not quoted. */
export interface QuoteLevel {
  readonly layer: Layer;
  readonly priceTicks: PriceTicks;
  readonly quantityLots: QuantityLots;
  readonly edge: EdgeStack;
}

export interface QuoteSide {
  readonly side: Side;
  /** Always three: L0, L1, L2. */
  readonly levels: readonly QuoteLevel[];
  readonly reason: NoQuoteReason;
  /** The number that blocks and what there is, in the unit the reason names. */
  readonly needed: number;
  readonly available: number;
}

export const ToxicityLevel = { LOW: 0, MEDIUM: 1, HIGH: 2, EXTREME: 3 } as const;
export type ToxicityLevel = (typeof ToxicityLevel)[keyof typeof ToxicityLevel];

/**
 * The quotes we want to be showing. Writer: pricing. Readers: execution, risk, ops.
 * Valid during the call; copy to keep.
 */
export interface QuoteSet {
  readonly instrument: InstrumentIndex;
  /** Rises only when a price, a quantity or a reason changed. */
  readonly version: number;
  readonly causedAtMicros: EpochMicros;
  readonly bid: QuoteSide;
  readonly ask: QuoteSide;
  /** Fair value in ticks (a real number), 0 while unknown. */
  readonly fairTicks: number;
  /** Fair implied by the hedge market alone, in ticks; 0 while unknown. */
  readonly hedgeImpliedFairTicks: number;
  readonly halfSpreadTicks: number;
  /** Shift of both quotes against the inventory, in ticks; positive when long (quotes move down). */
  readonly skewTicks: number;
  /** Volatility used, ticks per square root second. */
  readonly volatilityTicks: number;
  readonly toxicity: ToxicityLevel;
  /** 0..1 signal behind `toxicity`. */
  readonly toxicitySignal: number;
  readonly targetPositionLots: QuantityLots;
  /** -1..1: (position - target) / allowed deviation. */
  readonly inventoryRatio: number;
  readonly confidence: number;
  readonly parameterVersion: number;
}
