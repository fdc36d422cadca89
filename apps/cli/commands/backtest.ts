import { writeFileSync } from 'node:fs';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { buildInfo } from '#apps/cli/build-info.ts';
import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { type ConfigOptions, loadFromOptions } from '#apps/cli/config-options.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { assertWritable } from '#apps/cli/output-file.ts';
import { ProgressLine } from '#apps/cli/progress-line.ts';
import { inSession, newSessionDirectory } from '#apps/cli/session-directory.ts';
import { runSession } from '#apps/cli/session-runner.ts';
import { describeSummary, endedWell, runMinimum } from '#apps/cli/summary-text.ts';
import { openRecorded } from '#compose/recorded.ts';
import { fillsCsv } from '#research/measure/fills-csv.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import { backtestReport } from '#research/report/report.ts';
import { createQueueBook } from '#simulation/queue/queue.ts';

export interface BacktestOptions extends ConfigOptions {
  readonly data: readonly string[];
  readonly hedgeData?: readonly string[];
  readonly queueModel?: string;
  readonly latency?: string;
  readonly from?: string;
  readonly to?: string;
  readonly report?: string;
  readonly fills?: string;
  readonly session?: string;
}

/** `backtest`: recordings through the engine and the simulated venue, as fast as it goes. */
export async function runBacktest(options: BacktestOptions): Promise<ExitCode> {
  const loaded = loadFromOptions(options);
  const { configuration } = loaded;
  const directory = newSessionDirectory(options.session, configuration.session.directory, {
    world: 'backtest',
    symbol: configuration.symbol,
    seed: configuration.seed,
  });
  return inSession(directory, () => tradeRecording(loaded, directory, options));
}

async function tradeRecording(
  loaded: LoadedConfiguration,
  directory: string,
  options: BacktestOptions,
): Promise<ExitCode> {
  assertQueueModel(options.queueModel);
  assertWritable(options.fills, '--fills');
  assertWritable(options.report, '--report');
  const probe = new LatencyProbe();
  const build = buildInfo();
  const session = await openRecorded({
    worldName: 'backtest',
    loaded,
    quotedFiles: options.data,
    hedgeFiles: options.hedgeData ?? [],
    queueModel: options.queueModel ?? null,
    latency: options.latency ?? null,
    fromMicros: readTime(options.from, '--from') ?? 0,
    toMicros: readTime(options.to, '--to') ?? Number.POSITIVE_INFINITY,
    directory,
    build,
    probe,
    onWarning: say,
  });
  const measures = new SessionMeasures(session.engine, session.tradeFromMicros);
  measures.attach(session.host, session.router);
  const progress = new ProgressLine(Number.POSITIVE_INFINITY);
  const { summary, interrupted } = await runSession({
    session,
    measures,
    probe,
    build,
    worldName: 'backtest',
    durationMicros: Number.POSITIVE_INFINITY,
    speed: Number.POSITIVE_INFINITY,
    onProgress: () => progress.show(session, measures),
  });
  progress.finish();
  const minimum = runMinimum(summary);
  if (options.fills !== undefined) {
    writeFileSync(options.fills, fillsCsv(measures.fills.fills, session.setup.instruments));
  }
  if (options.report !== undefined) {
    writeFileSync(options.report, backtestReport({ summary, measures, setup: session.setup }));
  }
  const answer = { ...summary, session: directory, minimum };
  if (options.json === true) writeJson(answer);
  else describeSummary(summary, directory, minimum);
  if (interrupted === 'SIGINT') return ExitCode.INTERRUPTED;
  return endedWell(summary, minimum) ? ExitCode.OK : ExitCode.FOUND_BAD;
}

function assertQueueModel(text: string | undefined): void {
  if (text === undefined) return;
  try {
    createQueueBook({ queueModel: text });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'QueueModelError')) throw error;
    throw usageError(error.message, '--queue-model', 'write it like power:2 or risk-averse');
  }
}

/** An ISO time to microseconds; null when it was not given. */
export function readTime(text: string | undefined, flag: string): number | null {
  if (text === undefined) return null;
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) {
    throw usageError(`not a time: "${text}"`, flag, 'write it like 2024-08-08T23:56:00Z');
  }
  return millis * 1000;
}
