/**
 * Replaying a recorded session from its files, reading and checking included: the whole engine, the
 * engine with every command and hash compared, market data alone, and the journal alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Verifier, verifySession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { type Contestant, measureTurns } from '#bench/alternate.ts';
import { openRecording, setupOf } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { Engine } from '#compose/engine.ts';
import type { CommandSink } from '#contracts/commands.ts';
import { marketDataOnly } from './allocation-rows.ts';

const WARM_UP_ROUNDS = 5;
const ROUNDS = 15;
const VERIFY_ROUNDS = 7;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const { sessionDirectory, origin } = workload;
  const cold = timeOnce(() => replay(sessionDirectory).events);
  const { priced, events } = replay(sessionDirectory);
  const share = ((100 * priced) / events).toFixed(0);
  const rawRead: Contestant = {
    name: 'reading the files alone',
    run: () => readRaw(sessionDirectory, events),
  };
  const turns = { unit: 'events/s', ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS) };
  return [
    await measureTurns({
      ...turns,
      name: 'engine.replay',
      note: `${origin}: ${events} events, one frame one event, files read and every byte checked; priced on every changed snapshot, ${share} % of all events; the first pass of a process, before the compiler: ${Math.round(cold)} events/s`,
      own: () => replay(sessionDirectory).events,
      floor: rawRead,
    }),
    await measureTurns({
      ...turns,
      ...roundsOf(workload, WARM_UP_ROUNDS, VERIFY_ROUNDS),
      name: 'engine.replay_verify',
      note: 'the same with every command, state and journal hash compared with what was recorded',
      own: () => verify(sessionDirectory),
      floor: rawRead,
    }),
    await measureTurns({
      ...turns,
      name: 'market-data.replay',
      note: 'the same files and events through market data alone: books, gates, snapshots',
      own: () => replayMarketData(sessionDirectory),
      floor: rawRead,
    }),
    await measureTurns({
      ...turns,
      name: 'journal.recover',
      note: 'opening a session after a crash: every byte read and checked, nothing decoded',
      own: () => openRecording(sessionDirectory).eventCount,
      floor: rawRead,
    }),
  ];
}

function openEngine(recording: ReturnType<typeof openRecording>, output: CommandSink): Engine {
  const { engine: configuration } = setupOf(recording);
  return new Engine({ configuration, output, probe: new NoProbe(), model: null });
}

/** The whole engine over a session's files. */
export function replay(directory: string): { readonly events: number; readonly priced: number } {
  const recording = openRecording(directory);
  const engine = openEngine(recording, { emit: () => undefined });
  recording.forEachEvent((event) => engine.handle(event));
  return { events: recording.eventCount, priced: engine.pricing.pricedCount };
}

/** The same, compared with what was recorded. Throws at the first difference. Returns the events. */
export function verify(directory: string): number {
  const recording = openRecording(directory);
  const verifier = new Verifier();
  const { difference } = verifySession(recording, openEngine(recording, verifier), verifier);
  if (difference !== null) {
    throw new Error(`the replay differs from the recording at event ${difference.sequence}`);
  }
  return recording.eventCount;
}

/** Market data alone over a session's files. Returns the events. */
export function replayMarketData(directory: string): number {
  const recording = openRecording(directory);
  recording.forEachEvent(marketDataOnly(recording));
  return recording.eventCount;
}

function readRaw(directory: string, events: number): number {
  let size = 0;
  for (const name of readdirSync(directory)) size += readFileSync(join(directory, name)).length;
  if (size === 0) throw new Error(`${directory} is empty`);
  return events;
}

/** Operations a second of one run. */
function timeOnce(work: () => number): number {
  const startedAt = performance.now();
  const operations = work();
  return (operations * 1_000) / (performance.now() - startedAt);
}
