import { PerformanceObserver } from 'node:perf_hooks';

/** Adds up what garbage collection takes of this process while a suite runs. */
export class GarbageWatch {
  private collectedMillis = 0;
  private readonly startedAt = performance.now();
  private readonly observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.collectedMillis += entry.duration;
  });

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Share of the time since construction, 0..1. Waits one turn for the last entries. */
  async stop(): Promise<number> {
    const elapsed = performance.now() - this.startedAt;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.observer.disconnect();
    return this.collectedMillis / elapsed;
  }
}

/** When this process collected garbage, in milliseconds as `performance.now()` counts. */
export class CollectionLog {
  private readonly moments: number[] = [];
  private readonly observer = new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) this.moments.push(startTime);
  });

  constructor() {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  /** Ends the log. Entries come a turn of the event loop late, so ask `hasAny` only afterwards. */
  async stop(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.observer.disconnect();
  }

  hasAny(fromMillis: number, toMillis: number): boolean {
    return this.moments.some((moment) => moment >= fromMillis && moment <= toMillis);
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
