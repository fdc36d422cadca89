import type { MeasuredRow, Series } from './row.ts';

const MICROS_PER_MILLI = 1_000;
const MILLIS_PER_SECOND = 1_000;

/** One of those that take turns. */
export interface Contestant {
  readonly name: string;
  /** Called before each run, outside the time. */
  prepare?(): void;
  /** One run. Returns how many operations it did, above zero. */
  run(): number;
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
  /** Median garbage of an operation in bytes over the runs in which nothing was collected, else null. */
  readonly bytesPerOperation: number | null;
}

/**
 * Runs the contestants in turns, A B A B, so that a slow spell of the machine hits all of them. Warm-up
 * rounds are not measured. Who begins changes from round to round.
 */
export function alternate(options: AlternateOptions): MeasuredRuns[] {
  const { contestants, warmUpRounds, rounds } = options;
  const micros = contestants.map(() => new Float64Array(rounds));
  const garbage = contestants.map(() => [] as number[]);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + Math.abs(round)) % contestants.length;
      const contestant = contestants[index] as Contestant;
      contestant.prepare?.();
      const heapBefore = process.memoryUsage().heapUsed;
      const startedAt = performance.now();
      const operations = contestant.run();
      const elapsed = performance.now() - startedAt;
      const grown = process.memoryUsage().heapUsed - heapBefore;
      if (round < 0) continue;
      (micros[index] as Float64Array)[round] = (elapsed * MICROS_PER_MILLI) / operations;
      // A collection in between makes the heap smaller, and the difference says nothing.
      if (grown >= 0) garbage[index]?.push(grown / operations);
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    micros: micros[index] as Float64Array,
    bytesPerOperation: middleOf(garbage[index] as number[]),
  }));
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
  readonly own: () => number;
  readonly peer?: Contestant;
  readonly floor?: Contestant;
}

/** A row whose own way, peer and limit took turns. */
export function measureTurns(turns: TurnsRow): MeasuredRow {
  const { peer, floor } = turns;
  const contestants: Contestant[] = [
    { name: 'own', run: turns.own, ...(turns.prepare && { prepare: turns.prepare }) },
  ];
  if (peer !== undefined) contestants.push(peer);
  if (floor !== undefined) contestants.push(floor);
  const { warmUpRounds, rounds } = turns;
  const measured = alternate({ warmUpRounds, rounds, contestants });
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
    peer: seriesOf(peer),
    floor: seriesOf(floor),
    ...(own.bytesPerOperation === null ? {} : { bytesPerOperation: own.bytesPerOperation }),
    ...(turns.note === undefined ? {} : { note: turns.note }),
  };
}

function middleOf(values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((left, right) => left - right);
  return values[Math.floor(values.length / 2)] as number;
}
