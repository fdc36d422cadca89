/** What a checkpoint costs the loop: all state as canonical bytes, and their hash. */
import { hexOf, sha256 } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { measureTurns } from '#bench/alternate.ts';
import { recordedHost } from '#bench/recorded-engine.ts';
import { openRecording } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';

const HASHES_PER_RUN = 5;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const recording = openRecording(workload.sessionDirectory);
  const { host, engine } = recordedHost(recording, new NoProbe());
  recording.forEachEvent((event) => host.publish(event));
  const bytes = engine.stateBytes().slice();
  return [
    await measureTurns({
      name: 'engine.state_hash',
      unit: 'µs',
      ...roundsOf(workload, 10, 40),
      note: `${Math.round(bytes.length / 1024)} KiB of state at the end of ${workload.origin}; once in 10 000 events`,
      own: () => repeat(() => hexOf(sha256(engine.stateBytes()))),
      floor: { name: 'SHA-256 of the same bytes', run: () => repeat(() => hexOf(sha256(bytes))) },
    }),
  ];
}

function repeat(work: () => string): number {
  let length = 0;
  for (let count = 0; count < HASHES_PER_RUN; count++) length += work().length;
  // Each hash is 64 digits: read, so that no compiler may drop the work.
  if (length !== HASHES_PER_RUN * 64) throw new Error('a hash has another length');
  return HASHES_PER_RUN;
}
