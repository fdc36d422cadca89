/** What a recorded session believes: its fills once each, and who told them. */
import { FileStorage, SessionRecording } from '#adapters/journal/journal.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { NO_TRADE, ReportChannel } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';

export interface SessionFill {
  readonly instrument: number;
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly isMaker: boolean;
  /** How often it was told, on any channel. */
  times: number;
}

export interface SessionFacts {
  readonly fills: ReadonlyMap<string, SessionFill>;
  /** Fills told twice with different words. */
  readonly contradictions: number;
  readonly byChannel: Readonly<Record<string, number>>;
  readonly events: number;
  readonly instruments: readonly Instrument[];
}

/** Reads the journal of a session. */
export function readFacts(directory: string): SessionFacts {
  const fills = new Map<string, SessionFill>();
  const byChannel: Record<string, number> = {};
  const instruments: Instrument[] = [];
  let contradictions = 0;
  let events = 0;
  new SessionRecording(new FileStorage(directory)).forEachEvent((event) => {
    events += 1;
    if (event.kind === EventKind.INSTRUMENT_DEFINED && event.instrument !== null) {
      instruments[event.instrument.index] ??= event.instrument;
    }
    if (event.kind !== EventKind.EXECUTION_REPORT || event.tradeId === NO_TRADE) return;
    const channel = Object.keys(ReportChannel)[event.channel] ?? '?';
    byChannel[channel] = (byChannel[channel] ?? 0) + 1;
    const key = `${event.instrument} ${event.tradeId}`;
    const known = fills.get(key);
    if (known === undefined) {
      fills.set(key, {
        instrument: event.instrument,
        tradeId: event.tradeId,
        priceTicks: event.lastPriceTicks,
        lots: event.lastQuantityLots,
        isMaker: event.isMaker,
        times: 1,
      });
      return;
    }
    known.times += 1;
    if (known.lots !== event.lastQuantityLots || known.priceTicks !== event.lastPriceTicks) {
      contradictions += 1;
    }
  });
  return { fills, contradictions, byChannel, events, instruments };
}
