import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';

/**
 * Time as a process of ours sees it: what it is now, and a way to be called later. In virtual time it
 * is the world's own clock; nothing can be taken back, so who no longer wants to run returns at once.
 */
export interface TaskClock {
  readonly nowMicros: EpochMicros;
  schedule(atMicros: EpochMicros, task: Task): void;
}
