/**
 * What the auditor is told and what it may look at. Everything is numbers; objects that are handed in
 * may be refilled by the caller after the call. `nowMicros` is always the true virtual time, never a
 * stamp that a time fault may have moved.
 */

import type { LevelColumn } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { OpenOrderRow } from './open-order-row.ts';

/** The engine does not know an order of this id (any more). */
export const NO_ORDER_STATE = -1;

/**
 * The only look at the engine: what it believes, as numbers. Valid during the call that hands it over.
 * Instruments are indexes, sides are `Side`.
 */
export interface EngineView {
  // Cheap: read after every applied event. Plain field reads, no allocation, no search.

  /** Signed base units the engine believes it holds on spot, on the perpetual, and in sum. */
  readonly spotBaseUnits: number;
  readonly perpBaseUnits: number;
  readonly netDeltaBaseUnits: number;
  /** Free + locked of a `BalanceSlot`, as the engine believes. PERP_MARGIN: the wallet balance. */
  slotTotalUnits(slot: number): number;
  /** False until balances and position were reported, and while a correction is pending. */
  readonly isReconciled: boolean;
  /** Killed or stopped by an operator: no new risk for the rest of the session. */
  readonly isKilled: boolean;
  /** An orderly end was asked for: nothing new of any kind. */
  readonly isShutDown: boolean;
  /** An operator or health pulled the quotes for now. */
  readonly isPulled: boolean;
  /** After a restart, a broken stream or an anomaly: the answers of the venue are still awaited. */
  readonly isRecovering: boolean;
  /** A lease was granted and has not expired at the engine's own time. */
  readonly isLeaseValid: boolean;
  /** Depth book: the chain of updates is whole. */
  isBookLive(instrument: number): boolean;
  /** Quotes must not rest on this market: book not live, or too old. */
  isMarketStale(instrument: number): boolean;
  /** Update id at which the depth book stands; not that of a newer bookTicker. */
  bookUpdateId(instrument: number): number;
  /** Touch of the depth book itself, own orders included; 0 for an empty side. */
  bookBidTicks(instrument: number): number;
  bookBidLots(instrument: number): number;
  bookAskTicks(instrument: number): number;
  bookAskLots(instrument: number): number;
  /** `OrderState` that execution gives an order, or NO_ORDER_STATE. At most one look through its table. */
  orderStateOf(clientOrderId: number): number;
  /** Event time of the engine's last look at its own health: it looks with every timer. */
  readonly healthAtMicros: number;
  /** Trades of the account that were booked, quotes, hedges and foreign ones together. */
  readonly bookedFillCount: number;

  // Rare: read after reports, in the calm, at deadlines and in samples.

  /** Lots that execution holds possible to fill of an order, -1 for one that it does not hold open. */
  openLotsOf(clientOrderId: number): number;
  /** The same as account state shows it to whoever takes own orders out of a book. */
  accountLotsOf(clientOrderId: number): number;

  /** Half width of the band in which the net delta is left alone, base units; 0 while unknown. */
  readonly deltaBandBaseUnits: number;
  /** Orders of ours that execution counts as live, pending and unknown ones included. */
  readonly openOrderCount: number;
  readOpenOrder(index: number, into: OpenOrderRow): void;
  /** `NoQuoteReason` of a side, and the lots wanted on it over all layers. */
  quoteReason(side: number): number;
  quotedLots(side: number): number;
  /** Mid in half ticks that the engine values with (own orders taken out); 0 while unknown. */
  midHalfTicks(instrument: number): number;
  /** Best levels of the depth book itself, best first, own orders included. Appends to a cleared column. */
  readBook(instrument: number, side: number, levelsMax: number, into: LevelColumn): void;
  /** PnL of the session in quote units, and what the attribution could not explain. */
  readonly pnlTotalUnits: number;
  readonly pnlResidualUnits: number;
  /** Limits that the gate goes by, whole; null before the first grant. Allocates. */
  readonly limitsInForce: RiskLimits | null;
  /** Lots reserved by the gate for orders that may still fill. */
  reservedLots(instrument: number, side: number): number;
  /** Queues, maps and caches with a declared most: how many, how full, how much at most, and their name. */
  readonly tableCount: number;
  tableSize(index: number): number;
  tableCapacity(index: number): number;
  tableName(index: number): string;
}

/** Circumstances of a command as it leaves the process. Refilled by the caller. */
export class CommandContext {
  /** True virtual time. */
  nowMicros = 0;
  /** Sequence of the event whose turn emitted the command. */
  causeSequence = 0;
  /** Highest sequence on stable storage now. */
  durableSequence = 0;
  /** Epoch of the process that sends. */
  epoch = 0;
  /** Highest epoch that a power cut now would leave on the disk. */
  durableEpoch = 0;
}

/** What the venue or people did to the account on purpose. Numbers are stable. */
export const IncidentKind = {
  /** `slot` grew by `units` (negative: a transfer out). SPOT_BASE, SPOT_QUOTE, SPOT_FEE_ASSET, PERP_MARGIN. */
  BALANCE_ADJUSTED: 0,
  /** The perpetual position grew by `units` base units at `priceUnits`, without a trade. */
  POSITION_ADJUSTED: 1,
  /** Somebody else placed an order of `lots` on the account. Its fills come as reports of client order id 0. */
  FOREIGN_ORDER: 2,
  /** The venue now follows `definition`: status, filters, fees. */
  INSTRUMENT_CHANGED: 3,
  /** The process was told now to ask for nothing new until `untilMicros` (429). `instrument` -1: all. */
  RATE_LIMITED: 4,
  /** The process was told now that it is banned until `untilMicros` (418). `instrument` -1: all. */
  BANNED: 5,
  /** The venue takes the position over; its fills come as reports of reason LIQUIDATION. */
  LIQUIDATED: 6,
} as const;
export type IncidentKind = (typeof IncidentKind)[keyof typeof IncidentKind];

/** One incident. Refilled by the caller; fields that the kind does not name are ignored. */
export class VenueIncident {
  kind: IncidentKind = IncidentKind.BALANCE_ADJUSTED;
  nowMicros = 0;
  /** When it took effect at the venue, in the venue's own time. */
  venueTimeMicros = 0;
  instrument = -1;
  slot = 0;
  units = 0;
  priceUnits = 0;
  lots = 0;
  untilMicros = 0;
  definition: Instrument | null = null;
}

/** Parts of the world that may be broken for a while. An open one stops the clocks of what it excuses. */
export const Condition = {
  /** Market data of an instrument does not arrive whole: silent, cut, gapped, late. */
  MARKET_FEED: 0,
  /** Reports, balances or answers of an instrument are lost or held back. */
  PRIVATE_FEED: 1,
  /** Commands for an instrument are lost, refused or held back. */
  ORDER_PATH: 2,
  /** The venue hears no request of ours at all, cancels included. */
  VENUE: 3,
} as const;
export type Condition = (typeof Condition)[keyof typeof Condition];

export const Phase = { STORM: 0, CALM: 1 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** What a recovery found. All sequences count from 1; 0: none. */
export interface RecoveryFacts {
  /** Last record handed to the journal before the crash. */
  readonly appendedSequence: number;
  /** Last record the journal had promised to be on stable storage. */
  readonly durableSequence: number;
  /** A bit of what was on disk was flipped since: damage in the middle must be refused, not recovered. */
  readonly isDamaged: boolean;
  /** Last record the recovery brought back. */
  readonly recoveredSequence: number;
  /** Rolling hash of all records up to it, made like the one given to `onAppended`. */
  readonly recoveredHash: number;
}

/** One bit of a journal was changed after it had been written, and the process was begun again on it. */
export interface DamageFacts {
  /** The file, and where the record begins that held the bit. 0: the head of the file. */
  readonly file: string;
  readonly recordOffset: number;
  /** Nothing whole stands behind that record: for who reads, it is a write that was torn. */
  readonly isLastRecord: boolean;
  /** Where the process said that the journal is damaged; null: it took the journal up. */
  readonly refusedAt: { readonly file: string; readonly offset: number } | null;
}

/** Bounds in true microseconds. What they hold against is said in the README's table. */
export interface AuditBounds {
  /** After a storm: everything reconciled, live and quoting, or stopped on purpose. */
  readonly livenessMicros: number;
  /** In the calm afterwards each condition of convergence holds at least once in this time. */
  readonly steadyMicros: number;
  /** From the kill to no order of ours at the venue. */
  readonly killMicros: number;
  /** The same when people begin anew: shorter, they look before they do. */
  readonly rearmMicros: number;
  /** From a stale market to the cancel of every resting quote. */
  readonly pullMicros: number;
  /** A market that has said nothing for so long is silent by itself, and rightly called stale. */
  readonly quietMicros: number;
  /** Longest age of the quoted market's newest delivered event under which a quote may be placed. */
  readonly marketAgeMicros: number;
  /** Longest the depth book may be behind a touch that was delivered and count as fresh. */
  readonly depthLagMicros: number;
  /** Longest the net delta may be outside of its band. */
  readonly hedgeMicros: number;
  /** A deadline inside a storm is this many times as long, and excused time still does not count. */
  readonly stormFactor: number;
  /** From what must be alarmed to the alert. */
  readonly alertMicros: number;
  /** An order that execution holds for unknown is asked after at least this often. */
  readonly unknownAskMicros: number;
  /** The venue's full word on the account is asked for at least this often. */
  readonly accountAskMicros: number;
  /** A running process is told of time at least this often. */
  readonly timerMicros: number;
  /** An order without any answer for so long must be alarmed. */
  readonly unknownOrderMicros: number;
  /** Net delta outside of its band for so long must be alarmed. */
  readonly hedgeOverdueMicros: number;
  /** Before "never existed" may be believed, counted from when the request left. */
  readonly proofMicros: number;
  /** Longest way of a request to the venue or of a report back when nothing is broken. */
  readonly flightMicros: number;
  /** Allowed difference of PnL, quote units per fill. */
  readonly pnlUnitsPerFill: number;
  /** The same once trades were lost or reordered: price units (1e-8) of entry per whole asset held. */
  readonly pnlEntryPriceUnits: number;
  /** Slack of the collar's reference against the engine's own, in basis points. */
  readonly collarSlackBps: number;
}

export const DEFAULT_AUDIT_BOUNDS: AuditBounds = {
  livenessMicros: 60_000_000,
  steadyMicros: 30_000_000,
  killMicros: 5_000_000,
  rearmMicros: 2_000_000,
  pullMicros: 1_000_000,
  quietMicros: 1_000_000,
  marketAgeMicros: 10_000_000,
  depthLagMicros: 3_000_000,
  hedgeMicros: 25_000_000,
  stormFactor: 6,
  alertMicros: 5_000_000,
  unknownAskMicros: 12_000_000,
  accountAskMicros: 45_000_000,
  timerMicros: 1_000_000,
  unknownOrderMicros: 40_000_000,
  hedgeOverdueMicros: 30_000_000,
  proofMicros: 12_000_000,
  flightMicros: 2_000_000,
  pnlUnitsPerFill: 4,
  pnlEntryPriceUnits: 100,
  collarSlackBps: 25,
};

/** One venue window of order placements; the auditor allows 90 % of it. */
export interface OrderRateLimit {
  readonly instrument: number;
  readonly intervalMicros: number;
  readonly limit: number;
}

/** What the account holds before anything happens. */
export interface OpeningBalances {
  readonly baseUnits: number;
  readonly quoteUnits: number;
  readonly feeAssetUnits: number;
  readonly marginUnits: number;
  /** Signed lots of the perpetual and their entry price, 1e-8 quote. */
  readonly positionLots: number;
  readonly entryPriceUnits: number;
}

/** How spot commissions are taken when not from what was received. */
export interface FeeAssetTerms {
  readonly paysWithFeeAsset: boolean;
  /** Quote units for one whole fee asset. */
  readonly feeAssetPriceUnits: number;
  /** Share of the fee that is saved, 1e-8. */
  readonly feeAssetDiscount: number;
}

export interface AuditorOptions {
  /** Index = InstrumentIndex: 0 quoted, 1 hedge when there is one. */
  readonly instruments: readonly Instrument[];
  /** Limits as they will be leased first; later ones are heard with the leases. */
  readonly limits: RiskLimits;
  readonly opening: OpeningBalances;
  readonly feeAsset: FeeAssetTerms;
  /** Placements the venue allows per interval. Default: those of its documents. */
  readonly orderRates?: readonly OrderRateLimit[];
  /** Net delta the hedger steers to, base units. */
  readonly targetDeltaBaseUnits: number;
  /** Worth of the net delta above which no quote may be placed any more once it lasted `hardDeltaMicros`; 0: no such limit. */
  readonly hardDeltaQuoteUnits: number;
  readonly hardDeltaMicros: number;
  /** Largest configured worth of a net delta that is left alone, quote units. */
  readonly bandMaxQuoteUnits: number;
  /** Child orders per quote layer. */
  readonly childrenPerLayer: number;
  /** Violations kept with their text; more are only counted. */
  readonly violationsMax?: number;
  readonly bounds?: Partial<AuditBounds>;
}

/** One broken promise. */
export interface Violation {
  /** Number in the table of invariants. */
  readonly invariant: number;
  readonly title: string;
  /** What was found, with the numbers. */
  readonly detail: string;
  readonly atMicros: number;
  /** Sequence of the last applied event; 0 before the first. */
  readonly eventSequence: number;
  /** Present when it is about one order. */
  readonly clientOrderId?: number;
  /** Phase and the last faults named before it. */
  readonly during: string;
}
