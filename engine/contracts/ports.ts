/**
 * The eight ports are the eight domain interfaces: what the loop may ask of each. A domain is state
 * plus events in, commands out. Arguments and results are valid during the call only.
 *
 * A domain that must see another's state is given a view at construction (`Markets`, `PositionState`,
 * `InstrumentTable`, `OwnOrders`): the interface stands here, `compose/engine.ts` hands it over.
 */
import type { InstrumentIndex } from '#units/integers.ts';
import type {
  AccountEvent,
  ControlEvent,
  EngineEvent,
  MarketEvent,
  QueryCompletedEvent,
  TimerEvent,
  VenueSilenceEvent,
} from './events.ts';
import type { ExecutionReport } from './execution-report.ts';
import type { HedgeCommand } from './hedge-command.ts';
import type { Instrument } from './instrument.ts';
import type { Markets } from './market-snapshot.ts';
import type { Side } from './order.ts';
import type { OrderPlan } from './order-plan.ts';
import type { PnlAttribution, PositionState } from './position-state.ts';
import type { QuoteSet } from './quote-set.ts';
import type { RiskVerdict } from './risk-verdict.ts';
import type { Persistent } from './state-codec.ts';
import type { SystemHealth } from './system-health.ts';

/** Instruments by index; null until defined. Rows are replaced, never changed. */
export interface InstrumentTable {
  readonly count: number;
  get(index: InstrumentIndex): Instrument | null;
}

/** Our live orders in the public book, for taking them out of prices. Implemented by account state. */
export interface OwnOrders {
  /** Rises on every change. */
  readonly version: number;
  /**
   * Lots of ours at this price that stood in the book at `bookTimeMicros` (venue time). Zero is the
   * usual answer and costs one comparison.
   */
  lotsAt(
    instrument: InstrumentIndex,
    side: Side,
    priceTicks: number,
    bookTimeMicros: number,
  ): number;
}

/** What every domain can be told. */
export interface Domain extends Persistent {
  onTimer(event: Readonly<TimerEvent>): void;
  onControl(event: Readonly<ControlEvent>): void;
}

/** All that is known about instruments, versioned. */
export interface Reference extends Domain {
  readonly instruments: InstrumentTable;
}

/** Books, trades and marks; what pricing sees. */
export interface MarketData extends Domain {
  /** The current markets. The same object for the whole session. */
  readonly markets: Markets;
  /** Applies one market event. Asks for a snapshot (RequestSnapshot) when the chain of updates broke. */
  apply(event: Readonly<MarketEvent>): Markets;
  /** No snapshot is asked for until then. */
  onVenueSilence(event: Readonly<VenueSilenceEvent>): void;
  /** Own orders changed: takes them out of the tops anew. */
  onOwnOrders(): void;
}

/** What the venue says we have. */
export interface AccountState extends Domain {
  readonly position: PositionState;
  readonly ownOrders: OwnOrders;
  readonly pnl: PnlAttribution;
  apply(event: Readonly<AccountEvent>): PositionState;
}

/** The in-line gate. Nothing reaches a venue without its verdict. */
export interface Risk extends Domain {
  /** Judges each action and reserves for the approved ones. */
  preTradeCheck(plan: OrderPlan): RiskVerdict;
  /** Settles reservations from what the venue says. */
  settle(report: Readonly<ExecutionReport>): void;
  /** An answer is complete: orders that a list of open orders left out are asked after. */
  onQueryCompleted(event: Readonly<QueryCompletedEvent>): void;
  /** Nothing is asked of the market until then. */
  onVenueSilence(event: Readonly<VenueSilenceEvent>): void;
}

/** From the market and the position to the quotes we want to show. */
export interface Pricing extends Domain {
  quote(markets: Markets, position: PositionState): QuoteSet;
  /** What ops advises: pull, widen, kill. Told on every timer. */
  onHealth(health: SystemHealth): void;
  /** Own fills feed markouts, toxicity and refill. */
  onReport(report: Readonly<ExecutionReport>): void;
}

/** From wishes to the fewest order actions, and their life. */
export interface Execution extends Domain {
  plan(quotes: QuoteSet): OrderPlan;
  planHedge(command: HedgeCommand): OrderPlan;
  /** Sends the approved actions of the plan as commands. */
  submit(plan: OrderPlan, verdict: RiskVerdict): void;
  onReport(report: Readonly<ExecutionReport>): void;
  /** An answer is complete: orders that a list of open orders left out are asked after. */
  onQueryCompleted(event: Readonly<QueryCompletedEvent>): void;
  /** Nothing is sent to the market until then. */
  onVenueSilence(event: Readonly<VenueSilenceEvent>): void;
  /** Cancels everything at once and keeps quoting off. */
  kill(health: SystemHealth): void;
}

/** From the net delta to hedge legs. */
export interface Hedging extends Domain {
  plan(markets: Markets, position: PositionState): HedgeCommand;
  onReport(report: Readonly<ExecutionReport>): void;
}

/** Health, verdict, kill decision. */
export interface Ops extends Domain {
  readonly health: SystemHealth;
  assess(event: Readonly<TimerEvent>): SystemHealth;
  /** Counts what passes; never changes anything else. */
  observe(event: Readonly<EngineEvent>): void;
}
