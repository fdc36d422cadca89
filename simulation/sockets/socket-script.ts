/** Which socket faults strike when, drawn from the seed: windows inside the storms. */
import type { StormCycle } from '#simulation/faults/fault-script.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { SOCKET_FAULTS, type SocketFaultName } from './socket-fault-table.ts';

export interface SocketWindow {
  readonly name: SocketFaultName;
  readonly instrument: number;
  /** Since the start of the run. */
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly probability: number;
  readonly strength: number;
}

const SOCKET_STREAM = 577;
const SECOND = 1_000_000;
/** Between two windows of one fault, on average. */
const PAUSE_SECONDS = 150;

/** `names`: those that may be drawn. */
export function drawSocketScript(
  seed: number,
  cycles: readonly StormCycle[],
  names: readonly SocketFaultName[],
  instrumentCount: number,
): SocketWindow[] {
  const random = new SeededRandom(seed, SOCKET_STREAM);
  const between = (least: number, most: number): number =>
    least + (most - least) * random.uniform();
  const windows: SocketWindow[] = [];
  for (const fault of SOCKET_FAULTS) {
    for (const { stormFromMicros, stormToMicros } of cycles) {
      let at = stormFromMicros + between(0, PAUSE_SECONDS) * SECOND;
      while (at < stormToMicros) {
        const length = between(...fault.seconds) * SECOND;
        const window = {
          name: fault.name as SocketFaultName,
          instrument: Math.floor(random.uniform() * instrumentCount),
          fromMicros: Math.round(at),
          toMicros: Math.round(Math.min(at + length, stormToMicros)),
          probability: fault.probability,
          strength: Math.round(between(...fault.strength)),
        };
        if (names.includes(window.name)) windows.push(window);
        at += length + between(PAUSE_SECONDS / 2, PAUSE_SECONDS * 1.5) * SECOND;
      }
    }
  }
  return windows;
}
