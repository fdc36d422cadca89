import { CollectionLog } from './garbage.ts';
import { type MeasuredRow, type Series, valueAt } from './row.ts';

const MICROS_PER_MILLI = 1_000;
const MILLIS_PER_SECOND = 1_000;

/** One of those that take turns. */
export interface Contestant {
  readonly name: string;
  /** Called before each run, outside the time. */
  prepare?(): void;
  /** One run. Returns how many operations it did, above zero. */
  run(): number | Promise<number>;
}

export interface AlternateOptions {
  readonly warmUpRounds: number;
  readonly rounds: number;
  /** Ours first. */
  readonly contestants: readonly Contestant[];
}

/** What one contestant's runs measured. */
export interface MeasuredRuns {
  readonly name: string;
  /** Microseconds an operation, one value a run. */
  readonly micros: Float64Array;
  /** The same of processor time, all threads of the process together: other programs are not in it. */
  readonly cpuMicros: Float64Array;
  /** Median garbage of an operation in bytes over the runs in which nothing was collected, else null. */
  readonly bytesPerOperation: number | null;
  /** Share of the runs' time that garbage collection took, 0..1. */
  readonly gcShare: number;
}

/**
 * Runs the contestants in turns, A B A B, so that a slow spell of the machine hits all of them. Warm-up
 * rounds are not measured. Who begins changes from round to round.
 */
export async function alternate(options: AlternateOptions): Promise<MeasuredRuns[]> {
  const { contestants, warmUpRounds, rounds } = options;
  const log = new CollectionLog();
  const runs = contestants.map(() => [] as Run[]);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + Math.abs(round)) % contestants.length;
      const run = await runOnce(contestants[index] as Contestant);
      if (round >= 0) runs[index]?.push(run);
    }
  }
  await log.stop();
  return contestants.map(({ name }, index) => summariseRuns(name, runs[index] as Run[], log));
}

/** One run as it was measured. */
interface Run {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly operations: number;
  readonly cpuMicros: number;
  readonly grownBytes: number;
}

async function runOnce(contestant: Contestant): Promise<Run> {
  contestant.prepare?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const result = contestant.run();
  const operations = typeof result === 'number' ? result : await result;
  const endedAt = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const grownBytes = process.memoryUsage().heapUsed - heapBefore;
  return { startedAt, endedAt, operations, cpuMicros: cpu.user + cpu.system, grownBytes };
}

function summariseRuns(name: string, runs: readonly Run[], log: CollectionLog): MeasuredRuns {
  // With a collection in between, the size of the heap says nothing about what was allocated.
  const collected = runs.map(({ startedAt, endedAt }) => log.millisWithin(startedAt, endedAt));
  const clean = runs.filter((_, index) => collected[index] === 0);
  const garbage = Float64Array.from(clean, ({ grownBytes, operations }) => grownBytes / operations);
  const millis = runs.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0);
  return {
    name,
    gcShare: collected.reduce((sum, one) => sum + one, 0) / millis,
    micros: Float64Array.from(
      runs,
      (run) => ((run.endedAt - run.startedAt) * MICROS_PER_MILLI) / run.operations,
    ),
    cpuMicros: Float64Array.from(runs, (run) => run.cpuMicros / run.operations),
    bytesPerOperation: garbage.length === 0 ? null : valueAt(garbage.sort(), 0.5),
  };
}

/** Operations a second, run by run. */
export function perSecond(micros: Float64Array): Float64Array {
  return micros.map((value) => (MILLIS_PER_SECOND * MICROS_PER_MILLI) / value);
}

export interface TurnsRow {
  readonly name: string;
  /** "µs" an operation, or "<things>/s". */
  readonly unit: string;
  readonly note?: string;
  readonly warmUpRounds: number;
  readonly rounds: number;
  /** Called before each run of ours, outside the time. */
  readonly prepare?: () => void;
  readonly own: () => number | Promise<number>;
  readonly peer?: Contestant;
  readonly secondPeer?: Contestant;
  readonly floor?: Contestant;
}

/** A row whose own way, peer and limit took turns. */
export async function measureTurns(turns: TurnsRow): Promise<MeasuredRow> {
  const { peer, secondPeer, floor } = turns;
  const contestants: Contestant[] = [
    { name: 'own', run: turns.own, ...(turns.prepare && { prepare: turns.prepare }) },
  ];
  for (const other of [peer, secondPeer, floor]) if (other !== undefined) contestants.push(other);
  const { warmUpRounds, rounds } = turns;
  const measured = await alternate({ warmUpRounds, rounds, contestants });
  const inUnit = (micros: Float64Array): Float64Array =>
    turns.unit === 'µs' ? micros : perSecond(micros);
  const seriesOf = (contestant: Contestant | undefined): Series | undefined => {
    const found = measured.find(({ name }) => name === contestant?.name);
    return found === undefined ? undefined : { name: found.name, samples: inUnit(found.micros) };
  };
  const [own] = measured as [MeasuredRuns];
  return {
    name: turns.name,
    unit: turns.unit,
    samples: inUnit(own.micros),
    cpuSamples: inUnit(own.cpuMicros),
    gcShare: own.gcShare,
    peer: seriesOf(peer),
    secondPeer: seriesOf(secondPeer),
    floor: seriesOf(floor),
    ...(own.bytesPerOperation === null ? {} : { bytesPerOperation: own.bytesPerOperation }),
    ...(turns.note === undefined ? {} : { note: turns.note }),
  };
}
