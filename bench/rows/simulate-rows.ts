/** How much market time a second of computing buys in the fault world, and in the same world without it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/workload.ts';
import { openSyntheticSession, roundsOf, runToEnd } from '#bench/workload.ts';
import { simulate } from '#compose/simulated.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';

const WARM_UP_RUNS = 1;
const RUNS = 6;
const HOURS = 0.3;
const MICROS_PER_HOUR = 3_600_000_000;
const SECONDS_PER_HOUR = 3_600;
const PLAIN_SECONDS = 120;

/** Seeds differ, so the spread of the samples is that of the seeds. Throws when a seed fails: no speed of a wrong run. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const samples: number[] = [];
  const cpuSamples: number[] = [];
  const plainSamples: number[] = [];
  let checks = 0;
  let marketEvents = 0;
  const { warmUpRounds, rounds } = roundsOf(workload, WARM_UP_RUNS, RUNS);
  for (let run = -warmUpRounds; run < rounds; run++) {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    const result = simulate({
      seed: 2 + Math.max(0, run),
      hours: HOURS,
      faults: FAULT_NAMES,
      build: 'bench',
    });
    const wallSeconds = (performance.now() - startedAt) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    if (result.outcome !== 'ok') throw new Error(`seed ${result.seed} of the fault world failed`);
    const plain = await plainSpeed(workload);
    if (run < 0) continue;
    samples.push((HOURS * SECONDS_PER_HOUR) / wallSeconds);
    cpuSamples.push((HOURS * MICROS_PER_HOUR) / (cpu.user + cpu.system));
    plainSamples.push(plain);
    marketEvents += result.events.market;
    checks += Object.values(result.checks).reduce((sum, count) => sum + count, 0);
  }
  return [
    {
      name: 'simulate.speed',
      unit: 'x',
      samples,
      cpuSamples,
      floor: { name: 'the calibrated market, no faults, no auditor', samples: plainSamples },
      note: `simulated seconds a wall second on one core: all faults, all invariants; ${Math.round(marketEvents / (rounds * HOURS))} market events and ${Math.round(checks / (rounds * HOURS))} evaluations an hour`,
    },
  ];
}

/** The same engine and venue in the calibrated market, with a journal on the real disk. */
async function plainSpeed(workload: Workload): Promise<number> {
  const directory = join(workload.scratchDirectory, 'simulate');
  const session = await openSyntheticSession(directory);
  const startedAt = performance.now();
  runToEnd(session, PLAIN_SECONDS);
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  rmSync(directory, { recursive: true });
  return (session.nowMicros - session.startMicros) / 1_000_000 / wallSeconds;
}
