import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Node hands entries over some turns of the event loop after the collection. */
const DELIVERY_MILLIS = 20;

/** Adds up what garbage collection takes of this process while a suite runs. */
export class GarbageWatch {
  private collectedMillis = 0;
  private readonly startedAt = performance.now();
  private readonly observer = new PerformanceObserver((list) => this.note(list.getEntries()));

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Share of the time since construction, 0..1. */
  async stop(): Promise<number> {
    const elapsed = performance.now() - this.startedAt;
    await sleep(DELIVERY_MILLIS);
    this.note(this.observer.takeRecords());
    this.observer.disconnect();
    return this.collectedMillis / elapsed;
  }

  private note(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) this.collectedMillis += duration;
  }
}

/** When this process collected garbage, in milliseconds as `performance.now()` counts. */
export class CollectionLog {
  private readonly collections: PerformanceEntry[] = [];
  private readonly observer = new PerformanceObserver((list) => this.note(list.getEntries()));

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Ends the log. Entries come late, so ask `millisWithin` only afterwards. */
  async stop(): Promise<void> {
    await sleep(DELIVERY_MILLIS);
    this.note(this.observer.takeRecords());
    this.observer.disconnect();
  }

  /** Milliseconds that collections took which began between two moments, 0 when none did. */
  millisWithin(fromMillis: number, toMillis: number): number {
    let total = 0;
    for (const { startTime, duration } of this.collections) {
      if (startTime >= fromMillis && startTime <= toMillis) total += duration;
    }
    return total;
  }

  private note(entries: readonly PerformanceEntry[]): void {
    this.collections.push(...entries);
  }
}

/** Bytes in use after a full collection. Needs `--expose-gc`; throws when it is missing. */
export function usedBytesAfterCollection(): number {
  if (globalThis.gc === undefined) throw new Error('this measurement needs node --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
