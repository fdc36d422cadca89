import { FileStorage, readSession, type SessionRecording } from '#adapters/journal/journal.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import { EventKind } from '#contracts/event-kind.ts';

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
