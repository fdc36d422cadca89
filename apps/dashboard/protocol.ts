/**
 * What the server and the page say to each other: JSON, types only, read by both.
 *
 * Over the WebSocket `/live` the server sends one `Snapshot` and then `Frame`s, at most 20 a second;
 * the page says nothing. Each frame holds the whole small state, so a lost one costs nothing, and
 * what was added to tape, chart and marks since the last one. Additions carry rising ids and times:
 * what the page already has it drops.
 *
 * Prices are ticks of their instrument (exact integers; real numbers where a model made them),
 * quantities lots, both with the decimals to print them in `InstrumentFacts`. Money is decimal text.
 * Names in capitals are stable codes; the page has the words for them in each language.
 */

/** Rises when a field changes its meaning. A page of another version reloads itself. */
export const PROTOCOL_VERSION = 1;

/** An exact decimal number as text, like "-0.42000000". */
export type DecimalText = string;
export type SideName = 'bid' | 'ask';
export type LayerName = 'L0' | 'L1' | 'L2' | 'HEDGE' | 'NONE';

/** How to print prices and quantities of one instrument. */
export interface InstrumentFacts {
  readonly symbol: string;
  readonly market: 'spot' | 'perpetual';
  /** One tick is tickMantissa x 10^-priceDecimals quote. */
  readonly tickMantissa: number;
  readonly priceDecimals: number;
  /** One lot is stepMantissa x 10^-quantityDecimals base. */
  readonly stepMantissa: number;
  readonly quantityDecimals: number;
}

/** What does not change while a session runs. */
export interface SessionFacts {
  readonly protocol: number;
  /** Another one after each start: the page then begins anew. */
  readonly sessionId: string;
  readonly world: 'PAPER' | 'LIVE';
  readonly feed: 'SYNTHETIC' | 'RECORDING' | 'BINANCE';
  /** False for a synthetic market: its PnL proves nothing. */
  readonly isEvidence: boolean;
  /** True for fee tiers nobody was granted (rebate, zero): said on the screen. */
  readonly isHypothetical: boolean;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly quoted: InstrumentFacts;
  readonly hedge: InstrumentFacts | null;
  readonly seed: number;
  readonly profile: string;
  readonly feeTier: string;
  readonly makerFeeBps: number;
  readonly configVersion: number;
  readonly configHash: string;
  /** Event time at which the session began, microseconds since 1970. */
  readonly startedAtMicros: number;
  /** p99 the loop may take for one event, microseconds. */
  readonly loopBudgetMicros: number;
  /** Fewer fills or days than this: no verdict. */
  readonly fillsForVerdict: number;
  readonly daysForVerdict: number;
  readonly targetBase: DecimalText;
  readonly maxDeviationBase: DecimalText;
}

/** One reason of the health verdict, good or bad: a code and its numbers in the order the words need. */
export interface HealthReason {
  readonly code: string;
  readonly isBad: boolean;
  readonly values: readonly (string | number)[];
}

export interface HealthState {
  readonly status: 'HEALTHY' | 'DEGRADED' | 'CRITICAL';
  /** NONE, or why the engine was killed. */
  readonly killReason: string;
  /** 0..100. */
  readonly score: number;
  readonly reasons: readonly HealthReason[];
}

/** What an operator may say over the API. */
export type OperatorActionName =
  | 'PULL_ALL'
  | 'PULL_BIDS'
  | 'PULL_ASKS'
  | 'HEDGE_ONLY'
  | 'STOP'
  | 'RESUME';

/** How far the last pull is: cancels the venue confirmed, out of the orders that were open. */
export interface PullState {
  readonly action: OperatorActionName;
  readonly wanted: number;
  readonly verified: number;
  /** Event time from the word to the last confirmation so far. */
  readonly elapsedMillis: number;
  readonly isComplete: boolean;
}

export interface OperatorState {
  /** What is in force; null while quoting is allowed. */
  readonly bidsPulled: boolean;
  readonly asksPulled: boolean;
  readonly isStopped: boolean;
  readonly pull: PullState | null;
  /** What one fill costs after RESUME (fee, adverse selection, hedge) by the last quotes, bp; null before any. */
  readonly resumeCostBps: number | null;
  /** What closing the net delta on the hedge market would cost now, bp of it and in quote; null without one. */
  readonly flattenCostBps: number | null;
  readonly flattenCost: DecimalText | null;
}

/** One of our resting or pending orders on the quoted instrument. */
export interface OwnOrderRow {
  readonly orderId: number;
  readonly side: SideName;
  readonly layer: LayerName;
  readonly state: string;
  readonly priceTicks: number;
  readonly leavesLots: number;
  /** Lots in front of it in its queue, -1 when unknown. */
  readonly aheadLots: number;
  /** Lots of the whole level, ours included; 0 when the level is out of sight. */
  readonly levelLots: number;
  readonly ageMillis: number;
  /** Distance from fair minus the maker fee, bp. */
  readonly edgeBps: number | null;
  /** Expected seconds to the fill at the rate trades reached this distance lately; null: none did. */
  readonly fillSeconds: number | null;
}

/** The quoted book as seen by pricing: own orders are taken out. */
export interface LadderState {
  readonly isLive: boolean;
  readonly bidTicks: readonly number[];
  readonly bidLots: readonly number[];
  readonly askTicks: readonly number[];
  readonly askLots: readonly number[];
  readonly lastTradeTicks: number;
  readonly lastTradeSide: SideName;
  readonly own: readonly OwnOrderRow[];
}

/** What a quote's distance from fair is made of, bp of fair; the first seven sum to the last. */
export interface EdgeRow {
  readonly makerFeeBps: number;
  readonly adverseSelectionBps: number;
  readonly staleCostBps: number;
  readonly hedgeCostBps: number;
  readonly fundingBasisBps: number;
  readonly inventorySkewBps: number;
  readonly marginBps: number;
  readonly distanceBps: number;
}

/** Unit of `needed` and `available`: how the page prints them. */
export type ReasonUnit = 'none' | 'micros' | 'ticks' | 'lots' | 'bps' | 'quote' | 'base' | 'ratio';

export interface SideState {
  readonly reason: string;
  readonly needed: number;
  readonly available: number;
  readonly unit: ReasonUnit;
  /** Layers that are quoted, and the best one's price; 0 layers: not quoted. */
  readonly layers: number;
  readonly topTicks: number;
  readonly edge: EdgeRow | null;
}

export interface QuotesState {
  readonly bid: SideState;
  readonly ask: SideState;
  /** Real numbers of ticks, 0 while unknown. */
  readonly fairTicks: number;
  readonly hedgeFairTicks: number;
  readonly halfSpreadTicks: number;
  readonly skewTicks: number;
  readonly volatilityTicks: number;
  readonly toxicity: 'LOW' | 'MEDIUM' | 'HIGH' | 'EXTREME';
  readonly toxicitySignal: number;
  readonly confidence: number;
  readonly parameterVersion: number;
}

export interface PositionRow {
  readonly isReconciled: boolean;
  readonly spotBase: DecimalText;
  readonly perpBase: DecimalText;
  readonly deltaBase: DecimalText;
  readonly deltaQuote: DecimalText;
  /** Half width of the band the net delta is kept in, base and quote. */
  readonly bandBase: DecimalText;
  readonly bandQuote: DecimalText;
  readonly inventoryRatio: number;
  readonly freeQuote: DecimalText;
  readonly marginFree: DecimalText;
  readonly marginWallet: DecimalText;
  /** Predicted funding of the next settlement in bp, and when; null without a perpetual. */
  readonly fundingBps: number | null;
  readonly nextFundingMicros: number;
}

/** Exact parts; they sum to `total` with `residual`. */
export interface PnlRow {
  readonly total: DecimalText;
  readonly spreadCapture: DecimalText;
  readonly inventory: DecimalText;
  readonly hedgeExecution: DecimalText;
  readonly fees: DecimalText;
  readonly funding: DecimalText;
  readonly residual: DecimalText;
  /** Traded notional of quoting and hedge fills together. */
  readonly turnover: DecimalText;
  /** 90 % half width of `total` from minute blocks; null with fewer than eight blocks that traded. */
  readonly interval: DecimalText | null;
  /** Total if the inventory were sold at the touch instead of valued at mid. */
  readonly atLiquidation: DecimalText;
  readonly quotingFills: number;
  readonly hedgeFills: number;
  readonly windowMicros: number;
  /** Spot maker fee at which these fills would break even, and the one paid; null without maker fills. */
  readonly breakEvenMakerFeeBps: number | null;
  readonly paidMakerFeeBps: number | null;
}

/** Mean markout of quoting maker fills at one horizon: positive is good for us. */
export interface MarkoutRow {
  readonly seconds: number;
  readonly bps: number | null;
  readonly count: number;
}

export interface QualityState {
  /** 0..100. */
  readonly score: number;
  readonly markouts: readonly MarkoutRow[];
  readonly makerRatio: number | null;
  /** Share of live-book time with both sides resting. */
  readonly twoSidedRatio: number;
  readonly averageSpreadBps: number;
  readonly averageTopDistanceTicks: number;
  readonly messagesPerFill: number | null;
  readonly messages: number;
  readonly hedgeInsideRatio: number | null;
  readonly hedgeCostBps: number | null;
  readonly hedgeMakerRatio: number | null;
}

/** Nanoseconds the stage took, of the sampled events. */
export interface LatencyRow {
  readonly stage: string;
  readonly count: number;
  readonly p50Nanos: number;
  readonly p99Nanos: number;
  readonly maxNanos: number;
}

export type LimitUnit = 'base' | 'quote' | 'count';

export interface LimitRow {
  /** Stable code of the measure, or the name as it is when the page has no words for it. */
  readonly measure: string;
  readonly market: 'spot' | 'perpetual' | null;
  readonly unit: LimitUnit;
  readonly used: number;
  readonly allowed: number;
}

/** Everything that is small and replaced as a whole with each frame. */
export interface LiveState {
  /** Event time: the only clock of the engine. */
  readonly atMicros: number;
  /** Events applied so far; stands still when the session does. */
  readonly events: number;
  readonly phase: 'RUNNING' | 'ENDED';
  /** Mood of a synthetic market, else null. */
  readonly regime: string | null;
  readonly health: HealthState;
  readonly lease: { readonly isValid: boolean; readonly leftMillis: number };
  readonly operator: OperatorState;
  readonly ladder: LadderState;
  readonly quotes: QuotesState;
  readonly position: PositionRow;
  readonly pnl: PnlRow;
  readonly quality: QualityState;
  readonly latency: readonly LatencyRow[];
  readonly limits: readonly LimitRow[];
}

export type TapeKind = 'order' | 'fill' | 'hedge' | 'reject' | 'risk' | 'system';

/** One line of the tape. */
export interface TapeEntry {
  /** Rises by one. */
  readonly id: number;
  readonly atMicros: number;
  readonly kind: TapeKind;
  /** Stable code: PLACED, ACCEPTED, FILLED, an alert's name and so on. */
  readonly event: string;
  /** 0 notice, 1 warning, 2 wakes somebody. */
  readonly severity: number;
  /** 0 quoted, 1 hedge, -1 neither. */
  readonly instrument: number;
  /** 0: no order. */
  readonly orderId: number;
  readonly side: SideName | null;
  readonly layer: LayerName;
  /** 0: does not apply. */
  readonly priceTicks: number;
  readonly lots: number;
  /** Why, as a code; empty when there is nothing to say. */
  readonly reason: string;
  readonly measured: number;
  readonly limit: number;
}

/** One look for the charts; null where nothing honest can be drawn (a gap). */
export interface ChartPoint {
  readonly atMillis: number;
  readonly midTicks: number | null;
  readonly fairTicks: number | null;
  readonly ownBidTicks: number | null;
  readonly ownAskTicks: number | null;
  /** Spot stock, net delta and band half width, whole base assets. */
  readonly spotBase: number;
  readonly deltaBase: number;
  readonly bandBase: number;
}

/** The same by column: a history is long, and names repeated are bytes. */
export interface ChartColumns {
  readonly atMillis: readonly number[];
  readonly midTicks: readonly (number | null)[];
  readonly fairTicks: readonly (number | null)[];
  readonly ownBidTicks: readonly (number | null)[];
  readonly ownAskTicks: readonly (number | null)[];
  readonly spotBase: readonly number[];
  readonly deltaBase: readonly number[];
  readonly bandBase: readonly number[];
}

export type MarkKind = 'FILL' | 'HEDGE' | 'FUNDING' | 'KILL' | 'OPERATOR';

/** Something that is pinned to the charts. */
export interface ChartMark {
  readonly id: number;
  readonly atMillis: number;
  readonly kind: MarkKind;
  readonly side: SideName | null;
  readonly priceTicks: number;
  readonly lots: number;
  /** FUNDING: what was received; OPERATOR: the action; else empty. */
  readonly text: string;
}

/** What was added since the last message. */
export interface Additions {
  readonly tape: readonly TapeEntry[];
  readonly marks: readonly ChartMark[];
  readonly points: readonly ChartPoint[];
}

export interface History {
  readonly tape: readonly TapeEntry[];
  readonly marks: readonly ChartMark[];
  readonly chart: ChartColumns;
}

export interface Snapshot extends History {
  readonly type: 'snapshot';
  readonly facts: SessionFacts;
  readonly state: LiveState;
}

export interface Frame extends Additions {
  readonly type: 'frame';
  readonly state: LiveState;
}

export type ServerMessage = Snapshot | Frame;

/** What pricing saw when the order was decided on. */
export interface DecisionRow {
  readonly atMicros: number;
  readonly why: string;
  readonly bestBidTicks: number;
  readonly bestAskTicks: number;
  readonly fairTicks: number;
  readonly hedgeFairTicks: number;
  readonly volatilityTicks: number;
  readonly toxicitySignal: number;
  readonly inventoryRatio: number;
  readonly parameterVersion: number;
  /** Null for hedge orders: they are not quotes. */
  readonly edge: EdgeRow | null;
}

export interface ChainFill {
  readonly orderId: number;
  readonly instrument: number;
  readonly atMicros: number;
  readonly side: SideName;
  readonly priceTicks: number;
  readonly lots: number;
  readonly isMaker: boolean;
  /** Positive is paid. */
  readonly fee: DecimalText;
  readonly feeAsset: string;
  readonly midTicks: number;
  readonly markouts: readonly { readonly seconds: number; readonly bps: number | null }[];
}

/** GET /api/chain/:orderId : an order from decision to hedge. */
export interface OrderChain {
  readonly orderId: number;
  readonly decision: DecisionRow | null;
  /** Lots in front and lots of the level when the venue took the order; null when unknown. */
  readonly queueAtEntry: { readonly aheadLots: number; readonly levelLots: number } | null;
  readonly entries: readonly TapeEntry[];
  readonly fills: readonly ChainFill[];
  /** Obligation that hedged these fills (0: none yet), its orders on the tape, its fills and their cost. */
  readonly obligationId: number;
  readonly hedgeEntries: readonly TapeEntry[];
  readonly hedgeFills: readonly ChainFill[];
  /** Distance from mid plus fees of the hedge fills, bp of their notional; null without any. */
  readonly hedgeCostBps: number | null;
  readonly configVersion: number;
  readonly configHash: string;
}

/** Body of POST /api/operator. RESUME wants `confirm: true`. */
export interface OperatorRequest {
  readonly action: OperatorActionName;
  readonly confirm?: boolean;
}

/** Every refusal of the API. */
export interface ApiError {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly where: string;
    readonly remedy: string;
  };
}
