/** How much market time a second of computing buys on the synthetic market. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/workload.ts';
import { openSyntheticSession, roundsOf, runToEnd } from '#bench/workload.ts';

const WARM_UP_RUNS = 3;
const RUNS = 9;
const SECONDS = 120;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const samples: number[] = [];
  const cpuSamples: number[] = [];
  let events = 0;
  const { warmUpRounds, rounds } = roundsOf(workload, WARM_UP_RUNS, RUNS);
  for (let run = -warmUpRounds; run < rounds; run++) {
    const directory = join(workload.scratchDirectory, 'simulate');
    const session = await openSyntheticSession(directory);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    runToEnd(session, SECONDS);
    const wallSeconds = (performance.now() - startedAt) / 1_000;
    const cpu = process.cpuUsage(cpuBefore);
    const marketSeconds = (session.nowMicros - session.startMicros) / 1_000_000;
    if (run >= 0) {
      samples.push(marketSeconds / wallSeconds);
      cpuSamples.push((marketSeconds * 1_000_000) / (cpu.user + cpu.system));
    }
    events = session.host.lastSequence / marketSeconds;
    rmSync(directory, { recursive: true });
  }
  return [
    {
      name: 'simulate.speed',
      unit: 'x',
      samples,
      cpuSamples,
      note: `simulated seconds a wall second: synthetic DOGEUSDT spot and perpetual, engine, venue, journal; ${Math.round(events)} engine events a market second; no faults and no auditor in this run`,
    },
  ];
}
