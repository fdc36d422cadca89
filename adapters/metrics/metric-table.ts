import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import { DOMAIN_NAMES, type SystemHealth } from '#contracts/system-health.ts';
import { ASSET_UNITS_PER_WHOLE, MICROS_PER_SECOND } from '#units/integers.ts';

const NANOS_PER_SECOND = 1e9;

/** Events applied so far, by family. */
export interface EventCounts {
  readonly marketEvents: number;
  readonly privateEvents: number;
  readonly timerEvents: number;
  readonly controlEvents: number;
}

/** Requests and their outcomes so far. */
export interface OrderCounts {
  readonly sent: number;
  readonly acked: number;
  readonly rejected: number;
  readonly canceled: number;
  readonly amended: number;
  readonly replaced: number;
  readonly expired: number;
}

/** Fills of one kind so far. Amounts in asset units (1e-8). */
export interface FillCounts {
  readonly makerCount: number;
  readonly takerCount: number;
  readonly baseUnits: number;
  readonly notionalUnits: number;
}

/** How hedging keeps its promise. */
export interface HedgeCounts {
  readonly insideMicros: number;
  readonly totalMicros: number;
  readonly bandUnits: number;
  readonly costUnits: number;
}

/** One stage's latencies, in nanoseconds. */
export interface StageCounts {
  /** One of STAGE_NAMES: a fixed set, so that the label cannot grow. */
  readonly stage: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Everything that is exposed, read when somebody scrapes. The getters may compute. */
export interface MetricsSource {
  readonly symbol: string;
  readonly health: SystemHealth;
  readonly position: PositionState;
  readonly pnl: PnlAttribution;
  readonly events: EventCounts;
  readonly orders: OrderCounts;
  readonly quotingFills: FillCounts;
  readonly hedgeFills: FillCounts;
  readonly hedge: HedgeCounts;
  readonly stages: readonly StageCounts[];
}

/** Takes one value; `label` is empty for a metric without a label of its own. */
export type PutValue = (value: number, label: string, quantile?: string) => void;

/** One exposed metric. Units are in the name, as Prometheus asks: seconds, ratio, total. */
export interface MetricRow {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Names of its labels; values come from fixed sets only. */
  readonly labels: readonly ('kind' | 'domain' | 'stage' | 'quantile')[];
  read(source: MetricsSource, put: PutValue): void;
}

function gauge(name: string, help: string, value: (source: MetricsSource) => number): MetricRow {
  return {
    name,
    help,
    kind: 'gauge',
    labels: [],
    read: (source, put) => put(value(source), ''),
  };
}

function byKind(
  kind: 'counter' | 'gauge',
  name: string,
  help: string,
  values: (source: MetricsSource) => Readonly<Record<string, number>>,
): MetricRow {
  return {
    name,
    help,
    kind,
    labels: ['kind'],
    read(source, put) {
      for (const [label, value] of Object.entries(values(source))) put(value, label);
    },
  };
}

/** Asset units as whole assets: a report may be a float. */
function whole(units: number): number {
  return units / ASSET_UNITS_PER_WHOLE;
}

const HEALTH_ROWS: readonly MetricRow[] = [
  gauge(
    'doge_mm_health_status',
    'System health: 0 healthy, 1 degraded, 2 critical.',
    (source) => source.health.status,
  ),
  gauge('doge_mm_health_score', 'Health score from 0 to 100.', (source) => source.health.score),
  gauge(
    'doge_mm_health_advice',
    'Advice: 0 none, 1 slow down, 2 widen, 3 pull, 4 kill.',
    (source) => source.health.advice,
  ),
  gauge(
    'doge_mm_kill_reason',
    'Why the kill decision fell; 0: it did not.',
    (source) => source.health.killReason,
  ),
  {
    name: 'doge_mm_domain_status',
    help: 'Status of each domain: 0 up, 1 degraded, 2 down.',
    kind: 'gauge',
    labels: ['domain'],
    read(source, put) {
      for (const [index, name] of DOMAIN_NAMES.entries()) {
        const domain = source.health.domains[index];
        if (domain !== undefined) put(domain.status, name);
      }
    },
  },
  gauge(
    'doge_mm_order_success_ratio',
    'Accepted requests of all answered ones, 0 to 1.',
    (source) => source.health.metrics.orderSuccessRatio,
  ),
  gauge(
    'doge_mm_loop_latency_p99_seconds',
    'p99 of one event through the loop, as measured by the host.',
    (source) => source.health.metrics.loopLatencyP99Micros / MICROS_PER_SECOND,
  ),
  gauge(
    'doge_mm_inventory_ratio',
    'Inventory against its allowed deviation; beyond -1 and 1 a limit is broken.',
    (source) => source.health.metrics.inventoryRatio,
  ),
  gauge(
    'doge_mm_spread_capture_ratio',
    'Share of the captured spread that inventory moves left.',
    (source) => source.health.metrics.spreadCaptureRatio,
  ),
  gauge(
    'doge_mm_two_sided_ratio',
    'Share of time with own orders on both sides.',
    (source) => source.health.metrics.liquidityScore,
  ),
  gauge(
    'doge_mm_exposure_ratio',
    'Net delta against its limit.',
    (source) => source.health.metrics.exposureRatio,
  ),
  gauge(
    'doge_mm_message_budget_ratio',
    'Used share of the message budget.',
    (source) => source.health.metrics.messageBudgetRatio,
  ),
  gauge(
    'doge_mm_anomalies_per_minute',
    'Anomalies in the last minute.',
    (source) => source.health.metrics.anomalyCount,
  ),
  gauge(
    'doge_mm_maker_ratio',
    'Maker share of quoting fills.',
    (source) => source.health.makerRatio,
  ),
  gauge(
    'doge_mm_stale_ratio',
    'Share of recent time with a stale quoted market.',
    (source) => source.health.staleRatio,
  ),
];

const MONEY_ROWS: readonly MetricRow[] = [
  gauge('doge_mm_equity_quote', 'Equity at mids, in quote assets.', (source) =>
    whole(source.position.equityUnits),
  ),
  gauge('doge_mm_net_delta_base', 'Spot and perpetual together, in base assets.', (source) =>
    whole(source.position.netDeltaBaseUnits),
  ),
  gauge('doge_mm_hedge_band_base', 'Band the net delta is kept in, in base assets.', (source) =>
    whole(source.hedge.bandUnits),
  ),
  gauge('doge_mm_margin_free_quote', 'Free margin of the perpetual, in quote assets.', (source) =>
    whole(source.position.marginFreeUnits),
  ),
  gauge(
    'doge_mm_position_reconciled',
    '1 while balances and positions are confirmed by the venue.',
    (source) => (source.position.isReconciled ? 1 : 0),
  ),
  byKind('gauge', 'doge_mm_position_base', 'Holdings in base assets.', ({ position }) => ({
    spot: whole(position.spotBaseUnits),
    perpetual: whole(position.perpBaseUnits),
  })),
  byKind(
    'gauge',
    'doge_mm_pnl_quote',
    'PnL since the start and its parts, in quote assets.',
    ({ pnl }) => ({
      total: whole(pnl.totalUnits),
      spread_capture: whole(pnl.spreadCaptureUnits),
      inventory: whole(pnl.inventoryUnits),
      hedge_execution: whole(pnl.hedgeExecutionUnits),
      fees: whole(pnl.feesUnits),
      funding: whole(pnl.fundingUnits),
      residual: whole(pnl.residualUnits),
    }),
  ),
  gauge(
    'doge_mm_hedge_cost_quote',
    'Cost of hedging so far: distance from the mid and fees, in quote assets.',
    (source) => whole(source.hedge.costUnits),
  ),
];

const COUNT_ROWS: readonly MetricRow[] = [
  byKind('counter', 'doge_mm_events_total', 'Events applied, by family.', ({ events }) => ({
    market: events.marketEvents,
    private: events.privateEvents,
    timer: events.timerEvents,
    control: events.controlEvents,
  })),
  byKind('counter', 'doge_mm_orders_total', 'Order requests and outcomes.', ({ orders }) => ({
    sent: orders.sent,
    acked: orders.acked,
    rejected: orders.rejected,
    canceled: orders.canceled,
    amended: orders.amended,
    replaced: orders.replaced,
    expired: orders.expired,
  })),
  byKind('counter', 'doge_mm_fills_total', 'Own fills.', ({ quotingFills, hedgeFills }) => ({
    quoting_maker: quotingFills.makerCount,
    quoting_taker: quotingFills.takerCount,
    hedge_maker: hedgeFills.makerCount,
    hedge_taker: hedgeFills.takerCount,
  })),
  byKind(
    'counter',
    'doge_mm_turnover_quote_total',
    'Traded notional in quote assets.',
    ({ quotingFills, hedgeFills }) => ({
      quoting: whole(quotingFills.notionalUnits),
      hedge: whole(hedgeFills.notionalUnits),
    }),
  ),
  byKind(
    'counter',
    'doge_mm_hedge_time_seconds_total',
    'Event time inside the band, and all of it.',
    ({ hedge }) => ({
      inside: hedge.insideMicros / MICROS_PER_SECOND,
      all: hedge.totalMicros / MICROS_PER_SECOND,
    }),
  ),
  {
    name: 'doge_mm_stage_samples_total',
    help: 'Latency samples of each stage.',
    kind: 'counter',
    labels: ['stage'],
    read(source, put) {
      for (const stage of source.stages) put(stage.count, stage.stage);
    },
  },
  {
    name: 'doge_mm_stage_latency_seconds',
    help: 'Latency of each stage since the start, by quantile; 1 is the maximum.',
    kind: 'gauge',
    labels: ['stage', 'quantile'],
    read(source, put) {
      for (const { stage, p50, p99, p999, max } of source.stages) {
        put(p50 / NANOS_PER_SECOND, stage, '0.5');
        put(p99 / NANOS_PER_SECOND, stage, '0.99');
        put(p999 / NANOS_PER_SECOND, stage, '0.999');
        put(max / NANOS_PER_SECOND, stage, '1');
      }
    },
  },
];

/** Every exposed metric, in the order of the text. Names are a contract with dashboards: only add. */
export const METRIC_ROWS: readonly MetricRow[] = [...HEALTH_ROWS, ...MONEY_ROWS, ...COUNT_ROWS];
