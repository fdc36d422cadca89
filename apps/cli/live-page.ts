import { randomBytes } from 'node:crypto';
import { PrometheusMetrics } from '#adapters/metrics/metrics.ts';
import type { LatencyProbe } from '#adapters/probe/probe.ts';
import { type Dashboard, startDashboard } from '#apps/dashboard/server/dashboard.ts';
import { SessionSource } from '#apps/dashboard/server/session-source.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { say } from './output.ts';
import { TerminalView } from './terminal-view.ts';

export interface LivePageOptions {
  readonly session: TradingSession;
  readonly measures: SessionMeasures;
  readonly probe: LatencyProbe;
  readonly port: number;
  /** Draw the terminal view as well. */
  readonly withTerminal: boolean;
}

const TOKEN_BYTES = 18;

/** Serves the live page (and the terminal view) of a session until closed. Nothing here slows the engine. */
export async function servePage(options: LivePageOptions): Promise<{ close(): Promise<void> }> {
  const { session, measures, probe, port } = options;
  const metrics = new PrometheusMetrics(metricsSource(session, probe));
  const source = new SessionSource({
    session,
    measures,
    probe,
    metricsText: () => metrics.text(),
  });
  source.attach();
  const dashboard: Dashboard = await startDashboard({
    source,
    host: '127.0.0.1',
    port,
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
  });
  say(`live page        ${dashboard.url}`);
  say(`  to act on it   ${dashboard.operatorUrl}`);
  say('Ctrl-C ends the session: quotes are pulled, cancels confirmed, the summary printed.');
  const terminal = options.withTerminal ? new TerminalView(source, process.stderr) : null;
  terminal?.start();
  return {
    async close() {
      terminal?.stop();
      await dashboard.close();
    },
  };
}

function metricsSource(session: TradingSession, probe: LatencyProbe) {
  const { engine, setup } = session;
  return {
    symbol: setup.symbol,
    health: engine.ops.health,
    position: engine.accountState.position,
    pnl: engine.accountState.pnl,
    get events() {
      return engine.ops.counters;
    },
    get orders() {
      return engine.execution.counters;
    },
    get quotingFills() {
      return engine.accountState.counters.quoting;
    },
    get hedgeFills() {
      return engine.accountState.counters.hedge;
    },
    get hedge() {
      return engine.hedging.counters;
    },
    get stages() {
      return probe.latencies();
    },
  };
}
