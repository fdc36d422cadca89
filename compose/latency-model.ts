import { readFileSync } from 'node:fs';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import { parseDuration } from '#adapters/config/fields.ts';
import { parseLatencyRows } from '#simulation/queue/latency-rows.ts';
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

/**
 * The latency model of a session. `override` is `--latency`: "constant:ENTRY,RESPONSE" or
 * "interpolated:FILE". Throws a RangeError that says what is wrong with it.
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
  if (kind === 'constant') {
    const [entry, response] = rest.split(',').map((part) => parseDuration(part.trim()));
    if (entry === undefined || entry === null || response === undefined || response === null) {
      throw new RangeError(
        `--latency constant wants two durations, like constant:5ms,5ms: "${text}"`,
      );
    }
    return new ConstantLatency(entry, response, feedMicros);
  }
  if (kind === 'interpolated') {
    return new InterpolatedLatency(parseLatencyRows(readFileSync(rest, 'utf8')), feedMicros);
  }
  throw new RangeError(`--latency is constant:ENTRY,RESPONSE or interpolated:FILE: "${text}"`);
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
