import type { CommandSink } from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  AccountQuery,
  type ControlEvent,
  OperatorAction,
  type OperatorEvent,
  type QueryCompletedEvent,
  type TimerEvent,
  type VenueSilenceEvent,
} from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { HedgeCommand } from '#contracts/hedge-command.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import type { OrderState } from '#contracts/order.ts';
import type { OrderIdSource } from '#contracts/order-ids.ts';
import { ActionReason, type OrderPlan } from '#contracts/order-plan.ts';
import type { Execution, InstrumentTable } from '#contracts/ports.ts';
import type { QuoteSet } from '#contracts/quote-set.ts';
import type { RiskVerdict } from '#contracts/risk-verdict.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { SystemHealth } from '#contracts/system-health.ts';
import { EmergencyStop, StopLevel } from './emergency-stop.ts';
import { ExecutionCounters } from './execution-counters.ts';
import { HedgeLegs } from './hedge-legs.ts';
import { LIVE_ORDERS_MAX, LiveOrders, NO_ROW, type OrderRow } from './live-orders.ts';
import { MessageBudget } from './message-budget.ts';
import { OrderOrchestrator } from './order-orchestrator.ts';
import { OrderReports } from './order-reports.ts';
import { OrderSender } from './order-sender.ts';
import { OrderSlots } from './order-slots.ts';
import { Orphans } from './orphans.ts';
import { PendingWatch } from './pending-watch.ts';
import { PlanBuffer } from './plan-buffer.ts';
import { QueueTracker } from './queue-tracker.ts';
import { VenuePause } from './venue-pause.ts';

export interface ExecutionManagerOptions {
  readonly configuration: ExecutionConfiguration;
  readonly instruments: InstrumentTable;
  /** Read for queue places and for post-only refusals only: prices come with the quotes. */
  readonly markets: Markets;
  readonly orderIds: OrderIdSource;
  readonly output: CommandSink;
}

/** Our open orders, read-only, for pages and reports. */
export interface OpenOrders {
  readonly count: number;
  /** The order at `index` in 0..count-1, as a copy. Throws a RangeError outside. */
  at(index: number): OrderRow;
}

const PULL_BIDS = 1;
const PULL_ASKS = 2;
const PULL_BOTH = 3;
/** No QuoteSet or HedgeCommand has this version. */
const NEVER_PLANNED = -1;

/**
 * From wishes to the fewest order actions, and their life until the venue confirmed their end.
 *
 * Time is the newest stamp of any event seen here or in the markets. Plans are refilled: a plan is
 * valid until the next call of the method that made it.
 */
export class ExecutionManager implements Execution, OpenOrders {
  readonly counters = new ExecutionCounters();
  private readonly markets: Markets;
  private readonly instruments: InstrumentTable;
  private readonly orders = new LiveOrders();
  private readonly slots = new OrderSlots();
  private readonly budget: MessageBudget;
  private readonly sender: OrderSender;
  private readonly reports: OrderReports;
  private readonly watch: PendingWatch;
  private readonly stop: EmergencyStop;
  private readonly orchestrator: OrderOrchestrator;
  private readonly legs: HedgeLegs;
  private readonly queue: QueueTracker;
  private readonly pause = new VenuePause();
  private readonly quotePlan = new PlanBuffer();
  private readonly hedgePlan = new PlanBuffer();
  private nowMicros = 0;
  private causedBy = 0;
  private pulled = 0;
  private plannedQuotes = NEVER_PLANNED;
  private plannedHedge = NEVER_PLANNED;
  private quotesDueMicros = 0;
  private hedgesDueMicros = 0;

  constructor(options: ExecutionManagerOptions) {
    const { configuration, instruments, markets, orderIds, output } = options;
    const { orders, slots, counters, pause } = this;
    this.markets = markets;
    this.instruments = instruments;
    this.budget = new MessageBudget(
      configuration.budgetPlacementsPerTenSeconds,
      configuration.budgetBurst,
    );
    const { budget } = this;
    this.sender = new OrderSender({
      configuration,
      orders,
      slots,
      budget,
      counters,
      pause,
      output,
    });
    const { sender } = this;
    const shared = {
      configuration,
      orders,
      slots,
      counters,
      markets,
      orderIds,
      instruments,
      pause,
    };
    const orphans = new Orphans({ ...shared, sender });
    this.reports = new OrderReports({ ...shared, sender, orphans });
    this.watch = new PendingWatch({ ...shared, reports: this.reports, sender, orphans });
    this.stop = new EmergencyStop({ ...shared, sender });
    this.orchestrator = new OrderOrchestrator({ ...shared, budget });
    this.legs = new HedgeLegs(shared);
    this.queue = new QueueTracker(orders, markets);
    this.quotePlan.strategyId = configuration.strategyId;
    this.hedgePlan.strategyId = configuration.strategyId;
  }

  get count(): number {
    return this.orders.count;
  }

  /** Live orders it can hold at most. */
  get capacity(): number {
    return LIVE_ORDERS_MAX;
  }

  at(index: number): OrderRow {
    let left = index;
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.ids[row] === 0) continue;
      if (left === 0) return this.orders.describe(row);
      left -= 1;
    }
    throw new RangeError(`no open order at index ${index}: there are ${this.count}`);
  }

  /** State of an order that is live or ended a while ago, -1 for one that is not remembered. */
  stateOf(clientOrderId: number): OrderState | -1 {
    const row = this.orders.rowOf(clientOrderId);
    if (row !== NO_ROW) return this.orders.state(row);
    const ended = this.orders.endedIndexOf(clientOrderId);
    return ended < 0 ? -1 : this.orders.endedState(ended);
  }

  /** True once an orderly end was asked for: nothing new of any kind. */
  get isShutDown(): boolean {
    return this.stop.level === StopLevel.SHUT_DOWN;
  }

  /** Read-only view of the live orders. */
  get openOrders(): OpenOrders {
    return this;
  }

  /** True once a kill, STOP or SHUTDOWN fell. A restart after a crash does not lift it: only a session of its own starts without. */
  get isStopped(): boolean {
    return this.stop.level !== StopLevel.RUNNING;
  }

  /** Hot: every event. With nothing new it compares a handful of numbers. */
  plan(quotes: QuoteSet): OrderPlan {
    this.lookAtMarkets();
    const plan = this.quotePlan;
    plan.count = 0;
    const isKnown = quotes.version === this.plannedQuotes && this.nowMicros < this.quotesDueMicros;
    if (isKnown && !this.orchestrator.watchesTouch) return plan;
    const instrument = this.instruments.get(quotes.instrument);
    if (instrument === null) return plan;
    plan.reset(this.nowMicros, this.causedBy);
    const pulled = this.isStopped ? PULL_BOTH : this.pulled;
    const reason = this.isStopped ? ActionReason.KILL : ActionReason.OPERATOR;
    this.orchestrator.plan(quotes, instrument, plan, pulled, reason);
    this.plannedQuotes = quotes.version;
    this.quotesDueMicros = this.orchestrator.nextDueMicros;
    return plan;
  }

  /** Hot: every event. */
  planHedge(command: HedgeCommand): OrderPlan {
    this.lookAtMarkets();
    this.reach(command.atMicros);
    const plan = this.hedgePlan;
    plan.count = 0;
    const isKnown = command.version === this.plannedHedge && this.nowMicros < this.hedgesDueMicros;
    if (isKnown && !this.legs.watchesTouch) return plan;
    plan.reset(this.nowMicros, this.causedBy);
    this.legs.plan(command, plan, this.stop.level !== StopLevel.SHUT_DOWN);
    this.plannedHedge = command.version;
    this.hedgesDueMicros = this.legs.nextDueMicros;
    return plan;
  }

  /** `plan` must be the one this object made last, `verdict` the gate's answer to it. */
  submit(plan: OrderPlan, verdict: RiskVerdict): void {
    const own = plan === this.quotePlan ? this.quotePlan : this.hedgePlan;
    if (plan !== own) throw new RangeError('submit of a plan that execution did not make');
    if (verdict.count !== plan.count) throw new RangeError('verdict does not answer this plan');
    for (let index = 0; index < own.count; index++) {
      const action = own.actions[index];
      const answer = verdict.actions[index];
      if (action === undefined || answer === undefined) throw new RangeError('plan is cut short');
      this.sender.submit(action, answer, this.nowMicros);
    }
    // A refusal changes what is due, so the next turn looks again.
    if (verdict.approvedCount < plan.count) this.lookAgain();
  }

  onReport(report: Readonly<ExecutionReport>): void {
    this.see(report.atMicros, report.sequence);
    this.pause.onReport(report);
    this.reports.apply(report, this.nowMicros);
    this.lookAgain();
  }

  onQueryCompleted(event: Readonly<QueryCompletedEvent>): void {
    this.see(event.atMicros, event.sequence);
    if (event.query !== AccountQuery.OPEN_ORDERS) return;
    this.stop.noteListed(event.instrument);
    this.watch.doubtUnlisted(event.instrument, event.requestedAtMicros, this.nowMicros);
    this.lookAgain();
  }

  onVenueSilence(event: Readonly<VenueSilenceEvent>): void {
    this.see(event.atMicros, event.sequence);
    this.pause.onSilence(event);
    this.lookAgain();
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.see(event.atMicros, event.sequence);
    // The stop first: what it cancels now is not cancelled a second time.
    this.stop.onTimer(this.nowMicros);
    this.watch.onTimer(this.nowMicros);
  }

  onControl(event: Readonly<ControlEvent>): void {
    this.see(event.atMicros, event.sequence);
    if (event.kind === EventKind.OPERATOR) this.onOperator(event);
    else if (event.kind === EventKind.SESSION_START) this.watch.doubtAll(this.nowMicros);
    this.lookAgain();
  }

  /** Called with every timer while the kill verdict stands; only the first call acts. */
  kill(health: SystemHealth): void {
    this.reach(health.atMicros);
    const { killMeasured, killLimit } = health;
    this.trip(StopLevel.STOPPED, ActionReason.KILL, killMeasured, killLimit);
  }

  writeState(writer: StateWriter): void {
    writer.section('execution');
    writer.integer(this.nowMicros);
    writer.integer(this.causedBy);
    writer.integer(this.pulled);
    // What was planned last and what is due decide whether the next turn looks at all.
    writer.integer(this.plannedQuotes);
    writer.integer(this.plannedHedge);
    writer.float(this.quotesDueMicros);
    writer.float(this.hedgesDueMicros);
    writer.flag(this.orchestrator.watchesTouch);
    writer.flag(this.legs.watchesTouch);
    writer.integer(this.quotePlan.keptCount);
    writer.integer(this.hedgePlan.keptCount);
    this.orders.writeState(writer);
    this.slots.writeState(writer);
    this.budget.writeState(writer);
    this.stop.writeState(writer);
    this.queue.writeState(writer);
    this.pause.writeState(writer);
    this.counters.writeState(writer);
  }

  readState(reader: StateReader): void {
    reader.section('execution');
    this.nowMicros = reader.integer();
    this.causedBy = reader.integer();
    this.pulled = reader.integer();
    this.plannedQuotes = reader.integer();
    this.plannedHedge = reader.integer();
    this.quotesDueMicros = reader.float();
    this.hedgesDueMicros = reader.float();
    this.orchestrator.watchesTouch = reader.flag();
    this.legs.watchesTouch = reader.flag();
    this.quotePlan.keptCount = reader.integer();
    this.hedgePlan.keptCount = reader.integer();
    this.orders.readState(reader);
    this.slots.readState(reader);
    this.budget.readState(reader);
    this.stop.readState(reader);
    this.queue.readState(reader);
    this.pause.readState(reader);
    this.counters.readState(reader);
  }

  private onOperator(event: Readonly<OperatorEvent>): void {
    switch (event.action) {
      case OperatorAction.PULL_ALL:
      case OperatorAction.HEDGE_ONLY:
        this.pulled = PULL_BOTH;
        break;
      case OperatorAction.PULL_BIDS:
        this.pulled |= PULL_BIDS;
        break;
      case OperatorAction.PULL_ASKS:
        this.pulled |= PULL_ASKS;
        break;
      case OperatorAction.RESUME:
        this.pulled = 0;
        break;
      case OperatorAction.STOP:
        this.trip(StopLevel.STOPPED, ActionReason.KILL, 0, 0);
        break;
      case OperatorAction.SHUTDOWN:
        this.trip(StopLevel.SHUT_DOWN, ActionReason.SHUTDOWN, 0, 0);
        break;
    }
  }

  private trip(level: StopLevel, reason: ActionReason, measured: number, limit: number): void {
    this.stop.trip(level, reason, this.nowMicros, measured, limit);
    this.lookAgain();
  }

  private see(atMicros: number, sequence: number): void {
    this.reach(atMicros);
    this.causedBy = sequence;
  }

  /** Market events come by as snapshots only: their stamps move our time, their trades our queue places. */
  private lookAtMarkets(): void {
    const { quoted, hedge } = this.markets;
    this.reach(quoted.receiveTimeMicros);
    this.reach(hedge.receiveTimeMicros);
    this.queue.look();
  }

  private reach(micros: number): void {
    if (micros <= this.nowMicros) return;
    this.nowMicros = micros;
    this.pause.nowMicros = micros;
  }

  private lookAgain(): void {
    this.plannedQuotes = NEVER_PLANNED;
    this.plannedHedge = NEVER_PLANNED;
  }
}
