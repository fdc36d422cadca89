/**
 * Garbage of one event in bytes: growth of the heap over stretches of events in which nothing was
 * collected.
 */
import { NoProbe } from '#adapters/probe/probe.ts';
import { recordedHost } from '#bench/recorded-engine.ts';
import { isMarketKind, openRecording, setupOf } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { ControlEvent, EngineEvent, MarketEvent } from '#contracts/events.ts';
import { MarketDataManager } from '#domains/market-data/market-data.ts';
import { ReferenceManager } from '#domains/reference/reference.ts';

/** At some hundred bytes an event a stretch stays far below one collection of the young generation. */
const STRETCH_EVENTS = 2_000;
const WARM_UP_PASSES = 4;

export function rows(workload: Workload): MeasuredRow[] {
  return [
    {
      name: 'loop.allocation',
      unit: 'B/event',
      samples: measure(workload, (recording) => {
        const { host } = recordedHost(recording, new NoProbe());
        return (event) => host.publish(event);
      }),
      note: `host, journal encoding and engine over ${workload.origin}; reading the event included`,
    },
    {
      name: 'market-data.allocation',
      unit: 'B/event',
      samples: measure(workload, marketDataOnly),
      note: 'the same events through market data alone; reading the event included',
    },
  ];
}

type Recording = ReturnType<typeof openRecording>;

function measure(
  workload: Workload,
  open: (recording: Recording) => (event: EngineEvent) => void,
): number[] {
  const { warmUpRounds } = roundsOf(workload, WARM_UP_PASSES, 1);
  for (let pass = 0; pass < warmUpRounds; pass++) {
    const recording = openRecording(workload.sessionDirectory);
    recording.forEachEvent(open(recording));
  }
  const recording = openRecording(workload.sessionDirectory);
  const handle = open(recording);
  globalThis.gc?.();
  const samples: number[] = [];
  let count = 0;
  let usedBefore = process.memoryUsage().heapUsed;
  recording.forEachEvent((event) => {
    handle(event);
    count += 1;
    if (count % STRETCH_EVENTS !== 0) return;
    const used = process.memoryUsage().heapUsed;
    // Smaller than before: something was collected, and the stretch says nothing.
    if (used >= usedBefore) samples.push((used - usedBefore) / STRETCH_EVENTS);
    usedBefore = process.memoryUsage().heapUsed;
  });
  return samples;
}

/** Market data with the instruments of the session and no orders of ours. */
export function marketDataOnly(recording: Recording): (event: EngineEvent) => void {
  const output = { emit: () => undefined };
  const reference = new ReferenceManager({ output });
  const marketData = new MarketDataManager({
    configuration: setupOf(recording).engine.marketData,
    instruments: reference.instruments,
    ownOrders: { version: 0, lotsAt: () => 0 },
    output,
  });
  return (event) => {
    if (isMarketKind(event.kind)) marketData.apply(event as MarketEvent);
    else if (event.kind === EventKind.TIMER) marketData.onTimer(event);
    else if (event.kind >= EventKind.SESSION_START) {
      reference.onControl(event as ControlEvent);
      marketData.onControl(event as ControlEvent);
    }
  };
}
