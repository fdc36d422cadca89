import {
  FileStorage,
  JournalError,
  readSession,
  type SessionRecording,
  Verifier,
  type VerifyResult,
  verifySession,
} from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { CommandSink } from '#contracts/commands.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, OperatorAction } from '#contracts/events.ts';
import { Engine } from './engine.ts';
import { loadQuoteModel } from './quote-model-file.ts';
import type { SessionSetup } from './session-setup.ts';

/** A recorded session, and an engine as it was before the first event. */
export interface ReplaySession {
  readonly recording: SessionRecording;
  readonly setup: SessionSetup;
  readonly engine: Engine;
}

/** Opens a recorded session. Throws JournalError: missing, damaged, another Node major. */
export async function openReplay(
  directory: string,
  output: CommandSink,
  probe: StageProbe = new NoProbe(),
): Promise<ReplaySession> {
  const recording = readSession(new FileStorage(directory));
  const { header } = recording;
  const major = (version: string): string => version.split('.')[0] ?? '';
  if (major(header.nodeVersion) !== major(process.versions.node)) {
    throw new JournalError(
      'JOURNAL_FORMAT',
      `the session was recorded on Node ${header.nodeVersion}, this is ${process.versions.node}: another major may compute other last bits; replay it on the recording's major`,
    );
  }
  const setup = header.configuration as SessionSetup;
  const model = await loadQuoteModel(setup.modelFile, setup.engine.pricing.model);
  const engine = new Engine({ configuration: setup.engine, output, probe, model });
  return { recording, setup, engine };
}

/** Replays everything and compares commands and state with what was recorded. */
export async function verifyReplay(directory: string): Promise<{
  recording: SessionRecording;
  result: VerifyResult;
  engine: Engine;
  setup: SessionSetup;
}> {
  const verifier = new Verifier();
  const { recording, engine, setup } = await openReplay(directory, verifier);
  return { recording, result: verifySession(recording, engine, verifier), engine, setup };
}

/**
 * Replays up to and including `untilMicros`, showing each applied event. Returns the last sequence.
 * With `beforeShutdown` it stops before the orderly end: the last moment the session wanted to trade.
 */
export function replayUntil(
  replay: ReplaySession,
  untilMicros: number,
  onApplied: (event: Readonly<EngineEvent>) => void,
  beforeShutdown = false,
): number {
  let last = 0;
  let isDone = false;
  replay.recording.walk({
    get isDone() {
      return isDone;
    },
    onEvent(event) {
      if (event.atMicros > untilMicros || (beforeShutdown && isShutdown(event))) {
        isDone = true;
        return;
      }
      replay.engine.handle(event);
      last = event.sequence;
      onApplied(event);
    },
    onCommands: () => undefined,
    onCheckpoint: () => undefined,
  });
  return last;
}

function isShutdown(event: Readonly<EngineEvent>): boolean {
  return event.kind === EventKind.OPERATOR && event.action === OperatorAction.SHUTDOWN;
}
