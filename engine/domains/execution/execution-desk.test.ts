/**
 * A desk for the tests beside it: quotes and legs that tests write, a gate that approves or refuses as
 * told, a sink that remembers, and a manager. Holds no tests of its own.
 */
import assert from 'node:assert/strict';
import { type Command, CommandKind, type OrderCommand } from '#contracts/commands.ts';
import {
  DEFAULT_EXECUTION_CONFIGURATION,
  type ExecutionConfiguration,
} from '#contracts/configuration/execution-configuration.ts';
import { AccountQuery, OperatorEvent, QueryCompletedEvent, TimerEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import type { HedgeCommand } from '#contracts/hedge-command.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import type { OrderPlan, PlannedAction } from '#contracts/order-plan.ts';
import type { QuoteSet } from '#contracts/quote-set.ts';
import type { ActionVerdict, RiskVerdict } from '#contracts/risk-verdict.ts';
import type { SystemHealth } from '#contracts/system-health.ts';
import {
  PERP,
  SPOT,
  START_MICROS,
  testInstrument,
  testMarket,
} from '#domains/risk/risk-desk.test-support.ts';
import { StateBytesWriter } from '#loop/state-bytes.ts';
import { ExecutionManager } from './execution.ts';
import { LIVE_ORDERS_MAX, type OrderRow } from './live-orders.ts';

/** Price and lots of one level; zero lots: not quoted. */
export type LevelWish = readonly [priceTicks: number, lots: number];
type Fields<T> = Partial<Record<keyof T, unknown>>;

interface LegWish {
  readonly side: number;
  readonly lots: number;
  readonly price: number;
  readonly isPassive: boolean;
}

/** Tolerances off, so that each test names the one it is about. */
const PLAIN: Partial<ExecutionConfiguration> = {
  hysteresisTicks: 1,
  hysteresisBps: 0,
  aggressiveToleranceTicks: 0,
  aggressiveToleranceBps: 0,
  queueValueTicksMax: 0,
};

export class ExecutionDesk {
  nowMicros = START_MICROS;
  readonly commands: Command[] = [];
  readonly quoted = testMarket(SPOT);
  readonly hedge = testMarket(PERP);
  readonly markets: Markets = { quoted: this.quoted, hedge: this.hedge };
  readonly instruments: Instrument[] = [
    testInstrument({}),
    testInstrument({ index: PERP, market: 1, role: 1 }),
  ];
  /** The verdict on every action but cancels. */
  refusal = 0;
  /** Next id handed out. */
  nextId = 1;
  toxicity = 0;
  readonly execution: ExecutionManager;
  private quotesVersion = 0;
  private bids: readonly LevelWish[] = [];
  private asks: readonly LevelWish[] = [];
  private hedgeVersion = 0;
  private legs: readonly LegWish[] = [];
  private urgency = 0;

  /** `isListed`: the venue's lists of open orders were read, and were empty. */
  constructor(configuration: Partial<ExecutionConfiguration> = {}, isListed = true) {
    const { instruments, commands } = this;
    this.execution = new ExecutionManager({
      configuration: { ...DEFAULT_EXECUTION_CONFIGURATION, ...PLAIN, ...configuration },
      instruments: {
        get count() {
          return instruments.length;
        },
        get: (index) => instruments[index] ?? null,
      },
      markets: this.markets,
      orderIds: { next: () => this.nextId++ as ReturnType<() => OrderCommand['clientOrderId']> },
      output: { emit: (command) => commands.push({ ...command } as Command) },
    });
    if (isListed) this.completeList(SPOT).completeList(PERP);
  }

  /** The venue's list of open orders ends, asked for at that time. */
  completeList(instrument: number, requestedAtMicros = START_MICROS): this {
    const event = new QueryCompletedEvent();
    Object.assign(event, { query: AccountQuery.OPEN_ORDERS, instrument, requestedAtMicros });
    event.atMicros = this.nowMicros as typeof event.atMicros;
    this.execution.onQueryCompleted(event);
    return this;
  }

  /** Distance from fair that every wished quote claims. */
  distanceBps = 0;

  /** Sets the wished quotes, best level first; missing levels are not quoted. */
  want(bids: readonly LevelWish[], asks: readonly LevelWish[] = []): this {
    this.bids = bids;
    this.asks = asks;
    this.quotesVersion += 1;
    return this;
  }

  wantLegs(urgency: number, ...legs: readonly LegWish[]): this {
    this.legs = legs;
    this.urgency = urgency;
    this.hedgeVersion += 1;
    return this;
  }

  quotes(): QuoteSet {
    const side = (wishes: readonly LevelWish[]) => ({
      levels: [0, 1, 2].map((layer) => ({
        layer,
        priceTicks: wishes[layer]?.[0] ?? 0,
        quantityLots: wishes[layer]?.[1] ?? 0,
        edge: { distanceBps: this.distanceBps },
      })),
    });
    const { quotesVersion: version, toxicity } = this;
    const bid = side(this.bids);
    const ask = side(this.asks);
    const set = { instrument: SPOT, version, bid, ask, fairTicks: 10_000, toxicity };
    return set as unknown as QuoteSet;
  }

  hedgeCommand(): HedgeCommand {
    const legs = this.legs.map(({ side, lots, price, isPassive }) => ({
      instrument: PERP,
      side,
      quantityLots: lots,
      isPassive,
      limitPriceTicks: price,
      deadlineMicros: 0,
    }));
    const { hedgeVersion: version, urgency, nowMicros: atMicros } = this;
    return { version, atMicros, urgency, legs, legCount: legs.length } as unknown as HedgeCommand;
  }

  /** One turn of the quotes: plan, verdict, submit. Returns copies of the planned actions. */
  turn(): PlannedAction[] {
    return this.send(this.execution.plan(this.quotes()));
  }

  hedgeTurn(): PlannedAction[] {
    return this.send(this.execution.planHedge(this.hedgeCommand()));
  }

  /** Moves event time and lets the timer run. */
  tick(micros = 50_000): this {
    this.nowMicros += micros;
    const event = new TimerEvent();
    event.atMicros = this.nowMicros as typeof event.atMicros;
    this.execution.onTimer(event);
    return this;
  }

  operator(action: number): this {
    const event = new OperatorEvent();
    event.atMicros = this.nowMicros as typeof event.atMicros;
    event.action = action as typeof event.action;
    this.execution.onControl(event);
    return this;
  }

  kill(): this {
    const health = { atMicros: this.nowMicros, killMeasured: 2, killLimit: 1 };
    this.execution.kill(health as unknown as SystemHealth);
    return this;
  }

  report(clientOrderId: number, status: number, fields: Fields<ExecutionReport> = {}): this {
    const report = new ExecutionReport();
    report.atMicros = this.nowMicros as typeof report.atMicros;
    Object.assign(report, { clientOrderId, status, instrument: SPOT }, fields);
    this.execution.onReport(report);
    return this;
  }

  /** Acknowledges everything that is pending. */
  acceptAll(): this {
    for (const order of this.open()) {
      const fields = { quantityLots: order.quantityLots, instrument: order.instrument };
      if (order.state === 0) this.report(order.clientOrderId, ReportStatus.ACCEPTED, fields);
    }
    return this;
  }

  open(): OrderRow[] {
    const { openOrders } = this.execution;
    assert.ok(openOrders.count <= LIVE_ORDERS_MAX);
    return Array.from({ length: openOrders.count }, (_, index) => openOrders.at(index));
  }

  /** Commands of one kind since the start. */
  sent(kind: CommandKind): OrderCommand[] {
    return this.commands.filter((one): one is OrderCommand => one.kind === kind);
  }

  alerts(): number[] {
    const codes: number[] = [];
    for (const one of this.commands) {
      if (one.kind === CommandKind.RAISE_ALERT && 'code' in one) codes.push(one.code);
    }
    return codes;
  }

  bytes(): Uint8Array {
    const writer = new StateBytesWriter();
    this.execution.writeState(writer);
    return writer.written().slice();
  }

  private send(plan: OrderPlan): PlannedAction[] {
    const actions = plan.actions.slice(0, plan.count).map((action) => ({ ...action }));
    if (plan.count === 0) return actions;
    const answers = actions.map(({ kind }) => ({ code: kind === 4 ? 0 : this.refusal }));
    const verdict = {
      count: plan.count,
      actions: answers as ActionVerdict[],
      approvedCount: answers.filter(({ code }) => code === 0).length,
    };
    this.execution.submit(plan, verdict as unknown as RiskVerdict);
    return actions;
  }
}

/** Kind, price and lots of actions, for short comparisons. */
export function brief(actions: readonly PlannedAction[]): [number, number, number][] {
  return actions.map(({ kind, priceTicks, quantityLots }) => [kind, priceTicks, quantityLots]);
}
