import {
  checkRecordings,
  type DataCheckReport,
  type FileCheck,
} from '#adapters/binance/recording/check.ts';
import { RecordingError } from '#adapters/binance/recording/recording-error.ts';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';

/**
 * Checks recordings; exit 1 when one of them cannot be trusted. Throws a CliError when a file cannot
 * be read (ENVIRONMENT) or is no recording (FOUND_BAD).
 */
export async function runDataCheck(
  files: readonly string[],
  options: { readonly json?: boolean },
): Promise<ExitCode> {
  const report = await checkOrExplain(files);
  if (options.json === true) writeJson(report);
  else for (const line of describeDataCheck(report)) say(line);
  return report.ok ? ExitCode.OK : ExitCode.FOUND_BAD;
}

/** The report as lines for people; what is wrong stands behind an exclamation mark. */
export function describeDataCheck(report: DataCheckReport): readonly string[] {
  const lines = report.files.flatMap(describeFile);
  return [...lines, report.ok ? 'good: nothing is missing' : 'bad: see the lines marked with !'];
}

function describeFile(file: FileCheck): readonly string[] {
  const { finalTop: top, feedLatencyMicros: latency, levels } = file;
  return [
    `${file.file}: ${file.market} ${file.symbol}`,
    `  messages ${file.messages}: depth ${file.depth}, book tickers ${file.bookTicker}, trades ${file.trades}`,
    `  gaps ${file.gaps}, crossed books ${file.crossed}, jumps in trade ids ${file.tradeIdJumps}`,
    `  depth-built book against book ticker at equal update ids: ${file.compared} compared, ${file.mismatched} differ`,
    `  and against the ticker in force: ${describeInForce(file)}`,
    top === null
      ? '  at the end: no book'
      : `  at the end: ${top.bidQuantity ?? 'none'} @ ${top.bidPrice ?? 'none'} | ${top.askPrice ?? 'none'} @ ${top.askQuantity ?? 'none'}, levels ${levels.bid} / ${levels.ask}`,
    `  clock offset ${file.clockOffsetMicros} µs, feed latency p50 ${latency.p50 ?? '?'} µs, p99 ${latency.p99 ?? '?'} µs`,
    ...file.problems.map((problem) => `  ! ${problem}`),
  ];
}

function describeInForce({ comparedInForce, mismatchedInForce, mismatched }: FileCheck): string {
  const counts = `${comparedInForce} compared, ${mismatchedInForce} differ`;
  const isThinned = mismatchedInForce > 0 && mismatched === 0;
  return isThinned ? `${counts} (book tickers are missing in between; no fault)` : counts;
}

async function checkOrExplain(files: readonly string[]): Promise<DataCheckReport> {
  try {
    return await checkRecordings(files);
  } catch (error) {
    throw error instanceof RecordingError ? asCommandError(error) : error;
  }
}

/** A file that cannot be read is a fault of the environment; one that is no recording was found bad. */
function asCommandError(error: RecordingError): CliError {
  const { code, message, where, remedy } = error;
  const exitCode = code === 'FILE_NOT_READABLE' ? ExitCode.ENVIRONMENT : ExitCode.FOUND_BAD;
  return new CliError({ exitCode, code, message, where, remedy }, { cause: error });
}
