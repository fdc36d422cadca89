/**
 * A real paper session with its page, as a program of its own, so that a test can kill it:
 * `live-session.ts PORT PROFILE SEED`. Prints one JSON line {"url","operatorUrl"} when it listens.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { startDashboard } from '#apps/dashboard/server/dashboard.ts';
import { SessionSource } from '#apps/dashboard/server/session-source.ts';
import { openPaper } from '#compose/paper.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import type { EpochMicros } from '#units/integers.ts';

const TOKEN = 'token-of-the-browser-test';
const STEP_MILLIS = 5;
/** Market time before the page opens: books, estimators and a few fills are there. */
const WARM_UP_MICROS = Number(process.env['WARM_UP_SECONDS'] ?? '60') * 1_000_000;

const [port = '0', profile = 'naive-touch', seed = '7'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'doge-mm-page-'));
const loaded = loadConfiguration({
  file: null,
  overrides: [
    { path: 'profile', value: profile },
    { path: 'seed', value: seed },
  ],
});
const probe = new LatencyProbe();
const session = await openPaper({ loaded, directory, build: 'page-test', probe });
const measures = new SessionMeasures(session.engine);
measures.attach(session.host, session.router);
const source = new SessionSource({
  session,
  measures,
  probe,
  metricsText: async () => `doge_mm_events_total ${measures.events.total}\n`,
});
source.attach();
const dashboard = await startDashboard({
  source,
  host: '127.0.0.1',
  port: Number(port),
  token: TOKEN,
});
session.start();
session.runUntil((session.startMicros + WARM_UP_MICROS) as EpochMicros);
await dashboard.pageReady;
process.stdout.write(
  `${JSON.stringify({ url: dashboard.url, operatorUrl: dashboard.operatorUrl })}\n`,
);

const startedMillis = performance.now();
const timer = setInterval(() => {
  const elapsedMicros = (performance.now() - startedMillis) * 1_000;
  const target = session.startMicros + WARM_UP_MICROS + elapsedMicros;
  session.runUntil(Math.floor(target) as EpochMicros);
}, STEP_MILLIS);

process.once('SIGTERM', () => {
  clearInterval(timer);
  session.shutDown();
  session.close();
  rmSync(directory, { recursive: true, force: true });
  void dashboard.close().then(() => process.exit(0));
});
