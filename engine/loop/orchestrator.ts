import { Stage, type StageProbe } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type {
  AccountEvent,
  ControlEvent,
  EngineEvent,
  MarketEvent,
  TimerEvent,
} from '#contracts/events.ts';
import type { OrderPlan } from '#contracts/order-plan.ts';
import type {
  AccountState,
  Execution,
  Hedging,
  MarketData,
  Ops,
  Pricing,
  Reference,
  Risk,
} from '#contracts/ports.ts';
import type { OrderIds } from './order-ids.ts';

/** The eight domains, the ids and the probe, as `compose/engine.ts` builds them. */
export interface EngineParts {
  readonly reference: Reference;
  readonly marketData: MarketData;
  readonly accountState: AccountState;
  readonly risk: Risk;
  readonly pricing: Pricing;
  readonly execution: Execution;
  readonly hedging: Hedging;
  readonly ops: Ops;
  readonly orderIds: OrderIds;
  readonly probe: StageProbe;
}

/**
 * The loop: one event, one turn. Calls the eight domains in a fixed order and holds no rule of its
 * own; a change of strategy never edits it.
 *
 * Hot: every event. No allocation of its own.
 */
export class Orchestrator {
  private readonly parts: EngineParts;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** Applies one event. Every outcome leaves as a command. */
  handle(event: EngineEvent): void {
    this.parts.ops.observe(event);
    if (event.kind === EventKind.TIMER) this.onTimer(event);
    else if (event.kind < EventKind.EXECUTION_REPORT) this.onMarketEvent(event as MarketEvent);
    else if (event.kind < EventKind.SESSION_START) this.onAccountEvent(event as AccountEvent);
    else this.onControl(event as ControlEvent);
  }

  private onMarketEvent(event: MarketEvent): void {
    this.parts.marketData.apply(event);
    this.parts.probe.mark(Stage.BOOK);
    this.hedge();
    this.requote();
  }

  private onAccountEvent(event: AccountEvent): void {
    const { accountState, risk, execution, hedging, pricing, marketData, probe } = this.parts;
    accountState.apply(event);
    if (event.kind === EventKind.EXECUTION_REPORT) {
      risk.settle(event);
      execution.onReport(event);
      hedging.onReport(event);
      pricing.onReport(event);
      marketData.onOwnOrders();
    } else if (event.kind === EventKind.QUERY_COMPLETED) {
      risk.onQueryCompleted(event);
      execution.onQueryCompleted(event);
    } else if (event.kind === EventKind.VENUE_SILENCE) {
      marketData.onVenueSilence(event);
      risk.onVenueSilence(event);
      execution.onVenueSilence(event);
    }
    probe.mark(Stage.ACCOUNT);
    this.hedge();
    this.requote();
  }

  private onTimer(event: TimerEvent): void {
    const { reference, marketData, accountState, risk, pricing, execution, hedging, ops } =
      this.parts;
    reference.onTimer(event);
    marketData.onTimer(event);
    accountState.onTimer(event);
    risk.onTimer(event);
    pricing.onTimer(event);
    execution.onTimer(event);
    hedging.onTimer(event);
    ops.onTimer(event);
    const health = ops.assess(event);
    pricing.onHealth(health);
    if (health.shouldKill) execution.kill(health);
    this.hedge();
    this.requote();
  }

  private onControl(event: ControlEvent): void {
    const { reference, marketData, accountState, risk, pricing, execution, hedging, ops } =
      this.parts;
    if (event.kind === EventKind.SESSION_START) this.parts.orderIds.startEpoch(event.epoch);
    reference.onControl(event);
    marketData.onControl(event);
    accountState.onControl(event);
    risk.onControl(event);
    pricing.onControl(event);
    execution.onControl(event);
    hedging.onControl(event);
    ops.onControl(event);
    this.hedge();
    this.requote();
  }

  private requote(): void {
    const { pricing, marketData, accountState, execution, probe } = this.parts;
    const quotes = pricing.quote(marketData.markets, accountState.position);
    probe.mark(Stage.PRICING);
    const plan = execution.plan(quotes);
    probe.mark(Stage.PLAN);
    this.send(plan);
  }

  private hedge(): void {
    const { hedging, marketData, accountState, execution, probe } = this.parts;
    const wish = hedging.plan(marketData.markets, accountState.position);
    this.send(execution.planHedge(wish));
    probe.mark(Stage.HEDGE);
  }

  private send(plan: OrderPlan): void {
    if (plan.count === 0) return;
    const { risk, execution, probe } = this.parts;
    const verdict = risk.preTradeCheck(plan);
    probe.mark(Stage.RISK);
    execution.submit(plan, verdict);
    probe.mark(Stage.SUBMIT);
  }
}
