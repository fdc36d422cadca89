/**
 * Does memory stay flat? One engine, one session: the recorded market over and over, each pass moved
 * on in time and in all ids, every order of ours accepted and every cancel confirmed.
 */
import { NoProbe } from '#adapters/probe/probe.ts';
import { AnsweringVenue } from '#bench/answering-venue.ts';
import { usedBytesAfterCollection } from '#bench/garbage.ts';
import { MovedMarket } from '#bench/moved-market.ts';
import { discardingJournal } from '#bench/recorded-engine.ts';
import { openRecording, setupOf } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/workload.ts';
import { CommandRouter } from '#compose/command-router.ts';
import { Engine } from '#compose/engine.ts';
import { EngineHost } from '#compose/engine-host.ts';
import type { EngineEvent } from '#contracts/events.ts';

const EVENTS_MIN = 10_000_000;
/** The heap settles while the compiler works and tables reach their size. */
const SETTLING_EVENTS = 1_500_000;
const READING_EVENTS = 500_000;
const EVENTS_PER_MILLION = 1_000_000;

interface Reading {
  readonly events: number;
  readonly bytes: number;
}

export function rows(workload: Workload): MeasuredRow[] {
  const { readings, answers } = run(workload);
  const slopes: number[] = [];
  for (let index = 1; index < readings.length; index++) {
    const [before, after] = [readings[index - 1] as Reading, readings[index] as Reading];
    slopes.push(
      ((after.bytes - before.bytes) / (after.events - before.events)) * EVENTS_PER_MILLION,
    );
  }
  const [first, last] = [readings[0] as Reading, readings.at(-1) as Reading];
  const overall = ((last.bytes - first.bytes) / (last.events - first.events)) * EVENTS_PER_MILLION;
  return [
    {
      name: 'memory.growth',
      unit: 'B/M events',
      samples: slopes,
      note: `heap and external memory after full collections, between readings; from ${kibibytes(first)} at ${first.events} events to ${kibibytes(last)} at ${last.events} (${Math.round(overall)} bytes a million overall); ${answers} answers to own orders; ${workload.origin}`,
    },
  ];
}

function kibibytes(reading: Reading): string {
  return `${Math.round(reading.bytes / 1024)} KiB`;
}

function run(workload: Workload): {
  readonly readings: readonly Reading[];
  readonly answers: number;
} {
  const { host, venue, market, directory } = open(workload);
  const publish = (event: EngineEvent): void => host.publish(event);
  const readings: Reading[] = [];
  let next = SETTLING_EVENTS;
  let lastMicros = 0;
  for (let pass = 0; host.lastSequence < EVENTS_MIN; pass++) {
    market.begin(pass, lastMicros, publish);
    const recording = openRecording(directory);
    recording.forEachEvent((event) => {
      if (!market.move(event)) return;
      lastMicros = event.atMicros;
      host.publish(event);
      venue.drain(event.atMicros, publish);
    });
    if (host.lastSequence < next) continue;
    next += READING_EVENTS;
    readings.push({ events: host.lastSequence, bytes: usedBytesAfterCollection() });
  }
  return { readings, answers: venue.answerCount };
}

function open(workload: Workload) {
  const directory = workload.sessionDirectory;
  const recording = openRecording(directory);
  const stamps: number[] = [];
  recording.forEachEvent((event) => {
    if (stamps.length < 2) stamps.push(event.atMicros);
    else stamps[1] = event.atMicros;
  });
  const journal = discardingJournal(recording);
  const router = new CommandRouter();
  router.addRecorder(journal);
  const venue = new AnsweringVenue();
  router.bindGateway(venue);
  const probe = new NoProbe();
  const { engine: configuration } = setupOf(recording);
  const engine = new Engine({ configuration, output: router, probe, model: null });
  const host = new EngineHost({ engine, journal, probe });
  const [from = 0, to = 0] = stamps;
  return { host, venue, directory, market: new MovedMarket(from, to) };
}
