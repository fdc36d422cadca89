import { environmentOf, withBases } from '#adapters/binance/environments/environments.ts';
import { loadLibrary } from '#adapters/ccxt/exchange-library.ts';
import { readFeedName } from '#adapters/ccxt/feed-name.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { parseDuration } from '#adapters/config/fields.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { buildInfo } from '#apps/cli/build-info.ts';
import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { type ConfigOptions, loadFromOptions } from '#apps/cli/config-options.ts';
import { type LiveAccessOptions, liveAccess } from '#apps/cli/live-access.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { assertPortFree } from '#apps/cli/port-check.ts';
import { ProgressLine } from '#apps/cli/progress-line.ts';
import { splitByMarket } from '#apps/cli/recording-files.ts';
import { inSession, newSessionDirectory } from '#apps/cli/session-directory.ts';
import { runSession } from '#apps/cli/session-runner.ts';
import { describeSummary, endedWell, runMinimum } from '#apps/cli/summary-text.ts';
import { openCcxtPaper } from '#compose/ccxt-paper.ts';
import { openLive } from '#compose/live.ts';
import { openPaper } from '#compose/paper.ts';
import { openRecorded } from '#compose/recorded.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { openVenuePaper } from '#compose/venue-paper.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';

export interface RunOptions extends ConfigOptions, LiveAccessOptions {
  readonly world: 'paper' | 'live';
  readonly duration?: string;
  readonly speed: string;
  readonly session?: string;
  readonly dashboard: boolean;
  readonly terminal: boolean;
}

/** `run`: paper trading, or a real account at a venue; with the live page. */
export async function runSessionCommand(options: RunOptions): Promise<ExitCode> {
  const loaded = loadFromOptions(options);
  const { configuration } = loaded;
  const directory = newSessionDirectory(options.session, configuration.session.directory, {
    world: options.world,
    symbol: configuration.symbol,
    seed: configuration.seed,
  });
  return inSession(directory, () => trade(loaded, directory, options));
}

async function trade(
  loaded: LoadedConfiguration,
  directory: string,
  options: RunOptions,
): Promise<ExitCode> {
  const { configuration } = loaded;
  const durationMicros = readDuration(options.duration);
  const speed = readSpeed(options.speed);
  const probe = new LatencyProbe();
  const build = buildInfo();
  const isServed = options.dashboard && configuration.dashboard.enabled && Number.isFinite(speed);
  if (isServed) await assertPortFree(configuration.dashboard.port);
  const session = await open(loaded, directory, build, probe, options, speed);
  const measures = new SessionMeasures(session.engine);
  measures.attach(session.host, session.router);
  const page = isServed ? await openPage(session, measures, probe, options, loaded) : null;
  const progress = new ProgressLine(durationMicros);
  try {
    const { summary, interrupted } = await runSession({
      session,
      measures,
      probe,
      build,
      worldName: options.world,
      durationMicros,
      speed,
      onProgress: () => progress.show(session, measures),
    });
    const minimum = runMinimum(summary);
    const answer = { ...summary, session: directory, minimum };
    if (options.json === true) writeJson(answer);
    else describeSummary(summary, directory, minimum);
    if (interrupted === 'SIGINT') return ExitCode.INTERRUPTED;
    return endedWell(summary, minimum) ? ExitCode.OK : ExitCode.FOUND_BAD;
  } finally {
    await page?.close();
  }
}

async function open(
  loaded: LoadedConfiguration,
  directory: string,
  build: string,
  probe: LatencyProbe,
  options: RunOptions,
  speed: number,
): Promise<TradingSession> {
  if (options.world === 'live') {
    assertSpeedOne(speed);
    const access = liveAccess(options, process.env);
    return openLive({ loaded, ...access, directory, build, probe, onNote: say });
  }
  const { feed } = loaded.configuration;
  if (feed === 'synthetic') return openPaper({ loaded, directory, build, probe });
  const isHappening = feed === 'binance' || feed.startsWith('ccxt:');
  if (isHappening) assertSpeedOne(speed);
  if (feed.startsWith('ccxt:')) {
    return openCcxtPaper({
      loaded,
      legs: readFeedName(feed),
      isSandbox: options.environment !== undefined && options.environment !== 'production',
      library: await loadLibrary(),
      directory,
      build,
      probe,
      onNote: say,
    });
  }
  if (feed === 'binance') {
    // Public data of production needs no key and moves no money.
    const environment = withBases(environmentOf(options.environment ?? 'production'), options);
    return openVenuePaper({ loaded, environment, directory, build, probe, onNote: say });
  }
  const files = feed.slice('recording:'.length).split(',');
  const { spot, perpetual } = await splitByMarket(files);
  if (spot.length === 0) {
    throw usageError(
      'no spot recording among the files: there is nothing to quote',
      `--feed ${feed}`,
      'name at least one recording of the spot market',
    );
  }
  return openRecorded({
    worldName: 'paper',
    loaded,
    quotedFiles: spot,
    hedgeFiles: perpetual,
    queueModel: null,
    latency: null,
    fromMicros: 0,
    toMicros: Number.POSITIVE_INFINITY,
    directory,
    build,
    probe,
    onWarning: say,
  });
}

function assertSpeedOne(speed: number): void {
  if (speed === 1) return;
  throw usageError('a market that is happening has one speed', '--speed', 'leave it out');
}

interface Page {
  close(): Promise<void>;
}

async function openPage(
  session: TradingSession,
  measures: SessionMeasures,
  probe: LatencyProbe,
  options: RunOptions,
  loaded: LoadedConfiguration,
): Promise<Page> {
  const { servePage } = await import('#apps/cli/live-page.ts');
  try {
    return await servePage({
      session,
      measures,
      probe,
      port: loaded.configuration.dashboard.port,
      withTerminal: options.terminal && options.json !== true && process.stderr.isTTY === true,
    });
  } catch (error) {
    // Nothing has started, but the journal is open.
    session.abort();
    throw error;
  }
}

function readDuration(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const micros = parseDuration(text);
  if (micros === null || micros <= 0) {
    throw usageError(`not a duration: "${text}"`, '--duration', 'write it like 30s, 10m or 2h');
  }
  return micros;
}

/** "1", "20" or "max". */
function readSpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (!(speed > 0) || !Number.isFinite(speed)) {
    throw usageError(`not a speed: "${text}"`, '--speed', 'give a number above zero, or max');
  }
  return speed;
}
