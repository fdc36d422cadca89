/** A session of several lives in miniature: everything a process does to its storage, and what it promised. */
import type { CommandSink } from '#contracts/commands.ts';
import type { Storage } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Sequence } from '#units/integers.ts';
import { ByteWriter, writePayload } from './codec/codec.ts';
import { nextEpoch } from './epoch-store.ts';
import { InlineCommit } from './inline-commit.ts';
import { SAMPLE_HEADER, SampleEngine, SampleStream, SteppingClock } from './journal-samples.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import type { SessionRecording } from './session-reader.ts';
import type { SessionHeader } from './session-record.ts';
import { resumeSession } from './session-recovery.ts';
import { SnapshotStore } from './snapshot-store.ts';

/** Short intervals, so that a few events meet everything. */
export const LIVES_HEADER: SessionHeader = { ...SAMPLE_HEADER, checkpointEvents: 4 };
const FLUSH_EVENTS = 3;
const SNAPSHOT_EVENTS = 5;

/** What the outside knows of a session, whatever its storage lost. */
export class Witness {
  /** Canonical bytes of each event by its sequence, as they were appended last. */
  readonly appended: string[] = [];
  /** Everything up to this event was called durable. */
  acknowledged = 0;
  /** Every epoch that a life was given. */
  readonly epochs: number[] = [];

  /** The storage came back with `count` events: what stood behind never happened. */
  cutTo(count: number): void {
    this.appended.length = count + 1;
  }
}

/** The payload of an event as text. */
export function bytesOf(event: Readonly<EngineEvent>): string {
  const writer = new ByteWriter(new ArrayBuffer(64 * 1024));
  writePayload(writer, event);
  const payload = Buffer.from(writer.bytes.subarray(0, writer.position)).toString('hex');
  return `${event.kind} ${event.atMicros} ${payload}`;
}

/** One life: recovers or begins, then takes `count` events; leaves as a crash does, without a word, unless it closes. */
export function live(
  storage: Storage,
  witness: Witness,
  life: { readonly seed: number; readonly count: number; readonly closes?: boolean },
): void {
  const recovered = resumeSession(storage);
  const { engine, snapshotSequence } = revive(storage, recovered?.recording ?? null);
  const first = recovered?.recording.eventCount ?? 0;
  witness.cutTo(first);
  const epoch = nextEpoch(storage, recovered?.recording.epoch);
  witness.epochs.push(epoch);
  const writer = new SegmentWriter({
    storage,
    sessionId: LIVES_HEADER.sessionId,
    segmentSizeMax: 1_200,
    ...(recovered === null ? {} : { after: recovered.position }),
  });
  const sink = new InlineCommit({ writer, batchSize: 600, durableSequence: first });
  const stateBytes = engine.stateBytes();
  const journal = new SessionJournal({
    sink,
    epoch,
    header: LIVES_HEADER,
    clock: new SteppingClock(),
    ...(recovered === null ? {} : { resumed: { recovered, stateBytes, snapshotSequence } }),
  });
  engine.connect(journal);
  const snapshots = new SnapshotStore(storage);
  const stream = new SampleStream(life.seed);
  for (let index = 1; index <= life.count; index++) {
    const event = stream.next();
    event.sequence = (first + index) as Sequence;
    witness.appended[event.sequence] = bytesOf(event);
    journal.append(event);
    engine.handle(event);
    if (event.sequence % SNAPSHOT_EVENTS === 0) {
      journal.noteSnapshot(snapshots.save(event.sequence, engine.stateBytes()));
    }
    if (journal.isCheckpointDue) journal.checkpoint(engine.stateBytes());
    if (index % FLUSH_EVENTS === 0) journal.flush();
    witness.acknowledged = journal.durableSequence;
  }
  if (life.closes === true) journal.close(engine.stateBytes());
}

/** An engine whose output can be connected after it has caught up. */
class RevivedEngine extends SampleEngine {
  private readonly wire: { sink: CommandSink | null };

  constructor() {
    const wire: { sink: CommandSink | null } = { sink: null };
    super({ emit: (command) => wire.sink?.emit(command) });
    this.wire = wire;
  }

  connect(sink: CommandSink): void {
    this.wire.sink = sink;
  }
}

/** The state after the last event: newest noted snapshot and the events behind it. */
export function revive(
  storage: Storage,
  recording: SessionRecording | null,
): { readonly engine: RevivedEngine; readonly snapshotSequence: number } {
  const engine = new RevivedEngine();
  if (recording === null) return { engine, snapshotSequence: 0 };
  const { snapshot } = new SnapshotStore(storage).loadLatest(recording.snapshots);
  if (snapshot !== null) engine.restore(snapshot.state);
  const snapshotSequence = snapshot?.reference.sequence ?? 0;
  recording.forEachEvent((event) => engine.handle(event), snapshotSequence + 1);
  return { engine, snapshotSequence };
}
