import { commonClockOffset, RecordingReader } from '#adapters/binance/recording/recording.ts';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import { CommandRouter } from '#compose/command-router.ts';
import { EventRelay } from '#compose/event-relay.ts';
import { buildLatency } from '#compose/latency-model.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import { SyntheticWorld } from '#compose/synthetic-world.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import { type MarketSample, MarketSampler } from './market-sampler.ts';

/**
 * Measures recordings: those of the quoted market and those of its perpetual (may be empty), each in
 * the order of time, merged on one clock. Throws RecordingError for a file that is none, is damaged,
 * or belongs to another market or symbol.
 */
export async function sampleRecordings(
  setup: SessionSetup,
  fileSets: readonly (readonly string[])[],
): Promise<MarketSample> {
  const readers: RecordingReader[] = [];
  try {
    for (const [index, files] of fileSets.entries()) {
      const instrument = setup.instruments[index] as Instrument;
      readers.push(await RecordingReader.open({ files, instrument }));
    }
    const offset = commonClockOffset(readers);
    for (const reader of readers) reader.useClockOffset(offset);
    const sampler = new MarketSampler({
      instruments: setup.instruments.slice(0, fileSets.length),
      marketData: setup.engine.marketData,
      pricing: setup.engine.pricing,
      // A recording holds the snapshots it holds: there is nobody to ask.
      output: { emit: () => undefined },
    });
    playMerged(readers, sampler);
    return sampler.sample();
  } finally {
    for (const reader of readers) reader.close();
  }
}

function playMerged(readers: readonly RecordingReader[], sampler: MarketSampler): void {
  const waiting = readers.filter((reader) => reader.next());
  for (;;) {
    let first: RecordingReader | undefined;
    for (const reader of waiting) {
      if (first === undefined || reader.receiveMicros < first.receiveMicros) first = reader;
    }
    if (first === undefined) return;
    sampler.publish(first.event);
    if (!first.next()) waiting.splice(waiting.indexOf(first), 1);
  }
}

/** Measures `seconds` of the synthetic market of this configuration, nobody of ours in it. */
export function sampleSynthetic(
  configuration: Configuration,
  setup: SessionSetup,
  seconds: number,
): MarketSample {
  const startMicros = Date.parse(configuration.simulation.startTime) * MICROS_PER_MILLI;
  const clock = new VirtualClock(startMicros as EpochMicros);
  const relay = new EventRelay();
  const world = new SyntheticWorld({
    configuration,
    setup,
    clock,
    latency: buildLatency(configuration, null),
    sink: relay,
  });
  const router = new CommandRouter();
  router.bindGateway(world.venue);
  const sampler = new MarketSampler({
    instruments: setup.instruments,
    marketData: setup.engine.marketData,
    pricing: setup.engine.pricing,
    output: router,
  });
  relay.bind(sampler);
  world.start();
  clock.runUntil((startMicros + seconds * MICROS_PER_SECOND) as EpochMicros);
  world.close();
  return sampler.sample();
}
