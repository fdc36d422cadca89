import type { MeasuredRow } from './row.ts';
import type { Workload } from './workload.ts';

/** A group of rows that is measured in one process of its own. */
export interface Suite {
  readonly name: string;
  /** Names of its rows, known beforehand so that one row can be asked for. */
  readonly rows: readonly string[];
  /** Uses the recorded session. */
  readonly needsSession: boolean;
  /** Arguments for Node. */
  readonly nodeOptions?: readonly string[];
  /** Takes minutes: runs when asked for. */
  readonly isLong?: boolean;
  load(): Promise<{ rows(workload: Workload): MeasuredRow[] | Promise<readonly MeasuredRow[]> }>;
}

/** In the order of one event's way, then whole systems. */
export const SUITES: readonly Suite[] = [
  {
    name: 'decode',
    rows: ['decode.depth', 'decode.bookTicker', 'decode.trade'],
    needsSession: false,
    load: () => import('#adapters/binance/decode.bench.ts'),
  },
  {
    name: 'wire',
    rows: [
      'wire.sign_hmac',
      'wire.sign_ed25519',
      'wire.order_frame',
      'decode.sbe_depth',
      'decode.private',
    ],
    needsSession: false,
    load: () => import('#adapters/binance/wire.bench.ts'),
  },
  {
    name: 'wire-live',
    rows: ['wire.tick_to_order', 'exchange.orders_websocket'],
    needsSession: false,
    isLong: true,
    load: () => import('./rows/wire-rows.ts'),
  },
  {
    name: 'book',
    rows: ['book.apply', 'book.apply_20', 'market-data.apply', 'market-data.book-ticker'],
    needsSession: false,
    load: () => import('#domains/market-data/book.bench.ts'),
  },
  {
    name: 'pricing',
    rows: ['pricing.quote', 'pricing.quote_unchanged'],
    needsSession: false,
    load: () => import('#domains/pricing/pricing.bench.ts'),
  },
  {
    name: 'execution',
    rows: ['execution.plan', 'execution.plan.idle'],
    needsSession: false,
    load: () => import('#domains/execution/execution.bench.ts'),
  },
  {
    name: 'risk',
    rows: ['risk.check'],
    needsSession: false,
    load: () => import('#domains/risk/risk.bench.ts'),
  },
  {
    name: 'loop',
    rows: [
      'loop.tick_to_plan',
      'loop.stage.journal',
      'loop.stage.book',
      'loop.stage.hedge',
      'loop.stage.pricing',
      'loop.stage.plan',
      'loop.stage.risk',
      'loop.stage.submit',
      'loop.stage.account',
    ],
    needsSession: true,
    load: () => import('./rows/loop-rows.ts'),
  },
  {
    name: 'allocation',
    rows: ['loop.allocation', 'market-data.allocation'],
    needsSession: true,
    nodeOptions: ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'],
    load: () => import('./rows/allocation-rows.ts'),
  },
  {
    name: 'state',
    rows: ['engine.state_hash'],
    needsSession: true,
    load: () => import('./rows/state-rows.ts'),
  },
  {
    name: 'journal',
    rows: ['journal.encode', 'journal.append', 'journal.append_durable'],
    needsSession: true,
    load: () => import('./rows/journal-rows.ts'),
  },
  {
    name: 'replay',
    rows: ['engine.replay', 'engine.replay_verify', 'market-data.replay', 'journal.recover'],
    needsSession: true,
    load: () => import('./rows/replay-rows.ts'),
  },
  {
    name: 'backtest',
    rows: ['engine.backtest'],
    needsSession: false,
    load: () => import('./rows/backtest-rows.ts'),
  },
  {
    name: 'matching',
    rows: ['matching.orders'],
    needsSession: false,
    load: () => import('#simulation/venue/matching.bench.ts'),
  },
  {
    name: 'simulate',
    rows: ['simulate.speed'],
    needsSession: false,
    load: () => import('./rows/simulate-rows.ts'),
  },
  {
    name: 'start',
    rows: ['start.first_quote'],
    needsSession: false,
    load: () => import('./rows/start-rows.ts'),
  },
  {
    name: 'memory',
    rows: ['memory.growth'],
    needsSession: true,
    nodeOptions: ['--expose-gc'],
    load: () => import('./rows/memory-rows.ts'),
  },
  {
    name: 'memory-day',
    rows: ['memory.day'],
    needsSession: true,
    isLong: true,
    nodeOptions: ['--expose-gc'],
    load: () => import('./rows/memory-day-rows.ts'),
  },
];

/**
 * Suites with a row whose name starts with `prefix`, or all. Long ones only `withLong`, or when
 * `prefix` is the full name of one of their rows.
 */
export function selectSuites(prefix: string | null, withLong: boolean): readonly Suite[] {
  return SUITES.filter(({ rows, isLong = false }) => {
    if (prefix !== null && rows.includes(prefix)) return true;
    if (isLong && !withLong) return false;
    return prefix === null || rows.some((name) => name.startsWith(prefix));
  });
}
