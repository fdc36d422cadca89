import {
  ByteReader,
  ByteWriter,
  EventDecoder,
  payloadSizeBound,
  writePayload,
} from '#adapters/journal/codec/codec.ts';
import { FileStorage, readSession, type SessionRecording } from '#adapters/journal/journal.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';

/** More than any recorded session of the bench has. */
const KEPT_SIZE_MAX = 256 * 1024 * 1024;

/** Opens a session; its first walk costs no second look at the disk. */
export function openRecording(directory: string): SessionRecording {
  return readSession(new FileStorage(directory), { keptSizeMax: KEPT_SIZE_MAX });
}

export function setupOf(recording: SessionRecording): SessionSetup {
  return recording.header.configuration as SessionSetup;
}

/** True for what the market did: the events whose way through the loop is tick to plan. */
export function isMarketKind(kind: EventKind): boolean {
  return kind >= EventKind.DEPTH_DELTA && kind < EventKind.EXECUTION_REPORT;
}

/**
 * Up to `count` events from the middle of a session as objects of their own, for suites in which
 * reading must cost nothing.
 */
export function copyEvents(recording: SessionRecording, count: number): EngineEvent[] {
  const events: EngineEvent[] = [];
  const first = Math.max(1, Math.floor((recording.eventCount - count) / 2));
  recording.walk(
    {
      get isDone() {
        return events.length === count;
      },
      onEvent: (event) => events.push(copyOf(event)),
      onCommands: () => undefined,
      onCheckpoint: () => undefined,
    },
    first,
  );
  return events;
}

/** Through the codec: a decoder of its own makes objects of their own. */
function copyOf(event: EngineEvent): EngineEvent {
  const size = Math.ceil(payloadSizeBound(event) / 8) * 8;
  const writer = new ByteWriter(new ArrayBuffer(size));
  writePayload(writer, event);
  const reader = new ByteReader(writer.bytes);
  return new EventDecoder().read(reader, event.kind, event.sequence, event.atMicros);
}
