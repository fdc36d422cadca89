import { readFileSync } from 'node:fs';

const LOOK_MILLIS = 400;
/** A gap in a busy loop that is no longer the loop itself. */
const GAP_MILLIS = 0.1;
const LONG_GAP_MILLIS = 1;
/** Beyond either, numbers of this machine are no basis for a decision. */
const LONG_GAPS_PER_SECOND_MAX = 15;
const LOST_SHARE_MAX = 0.05;

/** What a busy loop saw of the machine. */
export interface NoiseReading {
  /** Gaps above 100 µs and above 1 ms, a second. */
  readonly gapsPerSecond: number;
  readonly longGapsPerSecond: number;
  /** Share of the time that the loop did not get, 0..1. */
  readonly lostShare: number;
  /** Runnable threads of the whole machine as the system counts them; null where it does not. */
  readonly loadAverage: number | null;
}

/** Spins for 400 ms and looks at the gaps: other processes, the hypervisor, interrupts. */
export function readNoise(): NoiseReading {
  const startedAt = performance.now();
  let last = startedAt;
  let gaps = 0;
  let longGaps = 0;
  let lost = 0;
  while (last - startedAt < LOOK_MILLIS) {
    const now = performance.now();
    const gap = now - last;
    last = now;
    if (gap < GAP_MILLIS) continue;
    gaps += 1;
    lost += gap;
    if (gap >= LONG_GAP_MILLIS) longGaps += 1;
  }
  const seconds = (last - startedAt) / 1_000;
  return {
    gapsPerSecond: Math.round(gaps / seconds),
    longGapsPerSecond: Math.round(longGaps / seconds),
    lostShare: lost / (seconds * 1_000),
    loadAverage: readLoad(),
  };
}

/** True when numbers measured under this are too rough to compare. */
export function isNoisy(reading: NoiseReading): boolean {
  return reading.longGapsPerSecond > LONG_GAPS_PER_SECOND_MAX || reading.lostShare > LOST_SHARE_MAX;
}

/** Linux keeps the count of the last minute as text; other systems say nothing here. */
function readLoad(): number | null {
  if (process.platform !== 'linux') return null;
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}
