import {
  FileStorage,
  hexOf,
  readSession,
  type SessionRecording,
  SnapshotStore,
  sha256,
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
import { assertSameNode, recoverEngine } from './recovered-engine.ts';
import type { SessionSetup } from './session-setup.ts';

/** Up to this size a session stays in memory after its check, and is not read and summed twice. */
const KEPT_SIZE_MAX = 256 * 1024 * 1024;

/** A recorded session, and an engine as it was before the first event. */
export interface ReplaySession {
  readonly recording: SessionRecording;
  readonly setup: SessionSetup;
  readonly engine: Engine;
}

/**
 * Opens a recorded session. Throws JournalError: missing, damaged, another format or Node major; and
 * ModelFileError when the user's model is not the file that the session began with.
 */
export async function openReplay(
  directory: string,
  output: CommandSink,
  probe: StageProbe = new NoProbe(),
): Promise<ReplaySession> {
  const recording = readSession(new FileStorage(directory), { keptSizeMax: KEPT_SIZE_MAX });
  const { header } = recording;
  assertSameNode(recording, process.versions.node);
  const setup = header.configuration as SessionSetup;
  const { modelFile, modelSha256 } = setup;
  const model = await loadQuoteModel(modelFile, setup.engine.pricing.model, modelSha256);
  const engine = new Engine({ configuration: setup.engine, output, probe, model });
  return { recording, setup, engine };
}

/** What a verification found. */
export interface Verification {
  readonly recording: SessionRecording;
  readonly result: VerifyResult;
  readonly engine: Engine;
  readonly setup: SessionSetup;
  readonly snapshots: SnapshotFindings;
}

/** The stored snapshots of a session against what its journal notes of them. */
export interface SnapshotFindings {
  /** How many the journal notes. */
  readonly noted: number;
  /** How many of them are what the replay produced there, and their file, when it is there, too. */
  readonly equal: number;
  /** How many files were there and hashed; only the newest are kept, so this may be less. */
  readonly checked: number;
  /** Files whose bytes are not the state that the journal notes. */
  readonly damaged: readonly string[];
  /** Files that the journal of a closed session does not know. A crash may leave one legitimately. */
  readonly unknown: readonly string[];
}

/** Replays everything and compares commands, state and snapshots, their files too, with what was recorded. */
export async function verifyReplay(directory: string): Promise<Verification> {
  const verifier = new Verifier();
  const { recording, engine, setup } = await openReplay(directory, verifier);
  const hashes = new Map(recording.snapshots.map((one) => [one.sequence, one.stateHash]));
  const reproduced = new Set<number>();
  const checked = {
    handle(event: EngineEvent): void {
      engine.handle(event);
      const hash = hashes.get(event.sequence);
      if (hash !== undefined && hash === hexOf(sha256(engine.stateBytes()))) {
        reproduced.add(event.sequence);
      }
    },
    stateBytes: () => engine.stateBytes(),
  };
  const result = verifySession(recording, checked, verifier);
  const snapshots = checkSnapshots(directory, recording, reproduced);
  return { recording, result, engine, setup, snapshots };
}

/** Hashes every noted file that is there. `reproduced`: events after which the state was the noted one. */
function checkSnapshots(
  directory: string,
  recording: SessionRecording,
  reproduced: ReadonlySet<number>,
): SnapshotFindings {
  const store = new SnapshotStore(new FileStorage(directory));
  let equal = 0;
  let checked = 0;
  const damaged: string[] = [];
  for (const reference of recording.snapshots) {
    const condition = store.check(reference);
    if (condition !== 'missing') checked += 1;
    if (condition === 'damaged') damaged.push(reference.name);
    else if (reproduced.has(reference.sequence)) equal += 1;
  }
  const unknown = recording.isClosed ? store.strangers(recording.snapshots) : [];
  return { noted: recording.snapshots.length, equal, checked, damaged, unknown };
}

/**
 * An engine restored from the newest stored snapshot, with the events after it applied: what a
 * restart does. Null when the session holds no snapshot.
 */
export async function restoreFromSnapshot(
  directory: string,
  output: CommandSink,
): Promise<{ readonly engine: Engine; readonly fromSequence: number } | null> {
  const { recording, engine } = await openReplay(directory, output);
  const storage = new FileStorage(directory);
  const recovered = recoverEngine(recording, storage, () => engine);
  const { snapshotSequence } = recovered;
  return snapshotSequence === 0 ? null : { engine, fromSequence: snapshotSequence + 1 };
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
