import { readFileSync } from 'node:fs';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import { parseDuration } from '#adapters/config/fields.ts';
import { LatencyRowsError, parseLatencyRows } from '#simulation/queue/latency-rows.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import {
  ConstantLatency,
  InterpolatedLatency,
  type LatencyModel,
  ScaledLatency,
  StochasticLatency,
  TYPICAL_STOCHASTIC,
} from '#simulation/venue/latency.ts';

const LATENCY_STREAM = 40;

/** A latency model that cannot be built from its words; `message` says why. */
export class LatencyModelError extends Error {
  override readonly name = 'LatencyModelError';
  readonly code = 'BAD_LATENCY_MODEL';
  readonly where: string;
  readonly remedy = 'write it like constant:5ms,5ms or interpolated:FILE';

  constructor(reason: string, place: ErrorOptions & { readonly where: string }) {
    super(reason, place);
    this.where = place.where;
  }
}

/**
 * The latency model of a session. `override` is `--latency`: "constant:ENTRY,RESPONSE" or
 * "interpolated:FILE". Throws LatencyModelError for words or rows that are wrong, and the system's
 * error for a file that cannot be read.
 */
export function buildLatency(configuration: Configuration, override: string | null): LatencyModel {
  const { simulation } = configuration;
  const base =
    override === null ? configured(configuration) : parsed(override, simulation.feedLatency);
  if (simulation.latencyMultiple === 1) return base;
  return new ScaledLatency(base, simulation.latencyMultiple);
}

function configured(configuration: Configuration): LatencyModel {
  const { simulation, seed } = configuration;
  const { entryLatency, responseLatency, feedLatency } = simulation;
  if (simulation.latency === 'constant') {
    return new ConstantLatency(entryLatency, responseLatency, feedLatency);
  }
  return new StochasticLatency({
    ...TYPICAL_STOCHASTIC,
    random: new SeededRandom(seed, LATENCY_STREAM),
    entryMedianMicros: entryLatency,
    responseMedianMicros: responseLatency,
    feedMedianMicros: feedLatency,
  });
}

function parsed(text: string, feedMicros: number): LatencyModel {
  const [kind, rest = ''] = splitOnce(text);
  if (kind === 'constant') return parseConstant(text, rest, feedMicros);
  if (kind === 'interpolated' && rest !== '') return readInterpolated(rest, feedMicros);
  throw new LatencyModelError(`unknown latency model "${text}"`, { where: '--latency' });
}

function parseConstant(text: string, rest: string, feedMicros: number): LatencyModel {
  const durations = rest.split(',').map((part) => parseDuration(part.trim()));
  const [entry = null, response = null] = durations;
  if (durations.length !== 2 || entry === null || response === null) {
    throw new LatencyModelError(`"${text}" does not hold two durations`, { where: '--latency' });
  }
  return new ConstantLatency(entry, response, feedMicros);
}

function readInterpolated(file: string, feedMicros: number): LatencyModel {
  const text = readFileSync(file, 'utf8');
  try {
    return new InterpolatedLatency(parseLatencyRows(text), feedMicros);
  } catch (error) {
    if (!(error instanceof LatencyRowsError)) throw error;
    throw new LatencyModelError(error.message, { where: file, cause: error });
  }
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
