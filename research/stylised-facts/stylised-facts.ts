/**
 * Shows that the synthetic market behaves like a market, and that nobody earns in it without
 * knowledge: measures every fact from the public streams and draws it.
 *
 *   node research/stylised-facts/stylised-facts.ts --hours 6 --seed 7 --out docs/pictures
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  REGIME_NAMES,
  type RegimeName,
} from '#contracts/configuration/simulation-configuration.ts';
import { type FactsOptions, type MarketFacts, measure, measureRegimes } from './facts.ts';
import { drawPictures } from './pictures.ts';
import { recordMarket } from './recorded-market.ts';
import { describeFacts } from './report.ts';

/** Hours beyond which a run stops being a look and becomes a study: memory grows with them. */
const HOURS_MAX = 240;
/** Below this the autocorrelations and blocks have nothing to stand on. */
const HOURS_LEAST = 0.25;
/** The regimes are held for a third of the hours each: six of them, twice the whole. */
const REGIME_SHARE = 1 / 3;

const HELP = `Measures the stylised facts of the synthetic market from its public streams.
Synthetic: not evidence that a strategy earns.

  --hours N       length of the session, ${HOURS_LEAST} to ${HOURS_MAX} (default 6)
  --seed N        whole number (default 7)
  --symbol NAME   DOGEUSDT, ETHUSDT or BTCUSDT (default DOGEUSDT)
  --regime NAME   hold one of ${REGIME_NAMES.join(', ')}; default: switching
  --out FOLDER    write the pictures there as SVG
  --json          print one JSON object instead of text
`;

/** A flag that cannot be used; the message is for the person who typed it. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Request extends FactsOptions {
  readonly out: string | null;
  readonly json: boolean;
}

/** What a run of the program came to. */
export interface ProgramOutcome {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program on command-line arguments. Exit code 2: a flag is wrong, and stderr says which. */
export function runStylisedFacts(args: readonly string[]): ProgramOutcome {
  if (args.includes('--help') || args.includes('-h'))
    return { exitCode: 0, stdout: HELP, stderr: '' };
  try {
    return { exitCode: 0, stdout: study(readRequest(args)), stderr: '' };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, stdout: '', stderr: `stylised-facts: ${error.message}\n\n${HELP}` };
  }
}

function study(request: Request): string {
  const session = recordMarket(request);
  const facts: MarketFacts = measure(session);
  const regimes = measureRegimes({
    ...request,
    hours: Math.max(HOURS_LEAST, request.hours * REGIME_SHARE),
  });
  if (request.out !== null) {
    mkdirSync(request.out, { recursive: true });
    for (const [name, svg] of Object.entries(drawPictures(session, facts, regimes))) {
      writeFileSync(join(request.out, name), svg);
    }
  }
  const { symbol, seed, regime } = request;
  const header = { evidence: 'synthetic: not evidence', symbol, seed, regime: regime ?? 'mixed' };
  if (!request.json) return describeFacts(header, facts, regimes);
  return `${JSON.stringify({ ...header, facts, regimes }, rounded)}\n`;
}

/** Six digits are more than any of these numbers knows. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
}

function readRequest(args: readonly string[]): Request {
  const values = parsed(args);
  const { symbol = 'DOGEUSDT', regime } = values;
  if (!['DOGEUSDT', 'ETHUSDT', 'BTCUSDT'].includes(symbol)) {
    throw new UsageError(`--symbol must be DOGEUSDT, ETHUSDT or BTCUSDT, not "${symbol}"`);
  }
  if (regime !== undefined && !REGIME_NAMES.includes(regime as RegimeName)) {
    throw new UsageError(`--regime must be one of ${REGIME_NAMES.join(', ')}, not "${regime}"`);
  }
  const hours = Number(values.hours ?? '6');
  if (!(hours >= HOURS_LEAST && hours <= HOURS_MAX)) {
    throw new UsageError(
      `--hours must lie between ${HOURS_LEAST} and ${HOURS_MAX}, not "${values.hours}"`,
    );
  }
  const seed = Number(values.seed ?? '7');
  if (!Number.isSafeInteger(seed)) {
    throw new UsageError(`--seed must be a whole number, not "${values.seed}"`);
  }
  return {
    symbol,
    regime: (regime as RegimeName | undefined) ?? null,
    hours,
    seed,
    out: values.out ?? null,
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        hours: { type: 'string' },
        seed: { type: 'string' },
        symbol: { type: 'string' },
        regime: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

if (import.meta.main) {
  const outcome = runStylisedFacts(process.argv.slice(2));
  process.stdout.write(outcome.stdout);
  process.stderr.write(outcome.stderr);
  process.exitCode = outcome.exitCode;
}
