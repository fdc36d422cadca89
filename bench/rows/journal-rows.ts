/**
 * The journal's writing side on a real disk: encoding alone, appending at maximum speed, and appending
 * with a sync for every group, beside raw writes and syncs of the same bytes.
 */
import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '#adapters/clock/clock.ts';
import {
  FileStorage,
  InlineCommit,
  MemoryStorage,
  SegmentWriter,
  type SessionHeader,
  SessionJournal,
} from '#adapters/journal/journal.ts';
import { measureTurns } from '#bench/alternate.ts';
import { discardingJournal } from '#bench/recorded-engine.ts';
import { copyEvents, openRecording } from '#bench/recorded-events.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import type { Storage } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Sequence } from '#units/integers.ts';

const BATCH_SIZE = 256 * 1024;
/** Records a run, and the stretch of the session they are made of: small enough for the caches. */
const RECORDS = 100_000;
const STRETCH_EVENTS = 4_000;
/** A group commit of a busy paced session: some thousand records to a sync. */
const GROUP_RECORDS = 1_000;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const bench = new JournalBench(workload);
  const prepare = (): void => bench.clean();
  return [
    await measureTurns({
      name: 'journal.encode',
      unit: 'µs',
      ...roundsOf(workload, 3, 15),
      note: 'one record: encoded, framed, added to the hash of all inputs; not written',
      own: () => bench.append(bench.discarding()),
      peer: { name: 'JSON.stringify + SHA-256', run: () => bench.appendAsText() },
    }),
    await measureTurns({
      name: 'journal.append',
      unit: 'records/s',
      ...roundsOf(workload, 2, 9),
      note: 'encode, checksum, hash, write in batches of 256 KiB, one sync at the end',
      prepare,
      own: () => bench.writeJournal(0),
      floor: {
        name: 'writeSync + fdatasync of as many bytes',
        prepare,
        run: () => bench.writeRaw(0),
      },
    }),
    await measureTurns({
      name: 'journal.append_durable',
      unit: 'records/s',
      ...roundsOf(workload, 1, 7),
      note: `a sync for every ${GROUP_RECORDS} records`,
      prepare,
      own: () => bench.writeJournal(GROUP_RECORDS),
      floor: {
        name: 'writeSync + fdatasync of such groups',
        prepare,
        run: () => bench.writeRaw(GROUP_RECORDS),
      },
    }),
  ];
}

export class JournalBench {
  readonly header: SessionHeader;
  readonly epoch: number;
  private readonly workload: Workload;
  /** A stretch of the session, written again and again. */
  private readonly events: readonly EngineEvent[];
  /** What the disk gets for them, on average a record. */
  private readonly recordSize: number;
  private fileCount = 0;

  constructor(workload: Workload) {
    this.workload = workload;
    const recording = openRecording(workload.sessionDirectory);
    this.header = recording.header;
    this.epoch = recording.epoch;
    this.events = copyEvents(recording, STRETCH_EVENTS);
    const storage = new MemoryStorage();
    this.append(this.journalOver(storage, 0));
    const sizes = storage.list().map((name) => storage.read(name).length);
    this.recordSize = sizes.reduce((sum, size) => sum + size, 0) / RECORDS;
  }

  /** A journal without a disk. */
  discarding(): SessionJournal {
    return discardingJournal(this);
  }

  /** Appends the stretch until RECORDS are written, and makes them durable. */
  append(journal: SessionJournal, groupRecords = 0): number {
    const { events } = this;
    for (let count = 1; count <= RECORDS; count++) {
      const event = events[count % events.length] as EngineEvent;
      event.sequence = count as Sequence;
      journal.append(event);
      if (groupRecords > 0 && count % groupRecords === 0) journal.flush();
    }
    journal.flush();
    return RECORDS;
  }

  /** The same events as lines of JSON under one running hash: the log one writes first. */
  appendAsText(): number {
    const { events } = this;
    const hash = createHash('sha256');
    for (let count = 1; count <= RECORDS; count++) {
      const event = events[count % events.length] as EngineEvent;
      event.sequence = count as Sequence;
      hash.update(JSON.stringify(event));
    }
    // Read, so that no compiler may drop the work.
    if (hash.digest().length === 0) throw new Error('a hash of nothing');
    return RECORDS;
  }

  /** A journal on the disk, synced for every `groupRecords`; 0: at the end. */
  writeJournal(groupRecords: number): number {
    const directory = this.freshPath();
    const storage = new FileStorage(directory);
    const count = this.append(this.journalOver(storage, groupRecords), groupRecords);
    storage.close();
    return count;
  }

  /** As many bytes, as fast as the disk takes them. */
  writeRaw(groupRecords: number): number {
    const file = openSync(this.freshPath(), 'a');
    const size = Math.round(this.recordSize * RECORDS);
    const groupSize = groupRecords === 0 ? BATCH_SIZE : Math.round(this.recordSize * groupRecords);
    const group = new Uint8Array(groupSize).fill(0x5a);
    for (let written = 0; written < size; written += groupSize) {
      writeSync(file, group, 0, Math.min(groupSize, size - written));
      if (groupRecords > 0) fdatasyncSync(file);
    }
    fdatasyncSync(file);
    closeSync(file);
    return RECORDS;
  }

  /** Removes what the runs before left; not part of what is timed. */
  clean(): void {
    for (let index = 1; index <= this.fileCount; index++) {
      rmSync(this.pathOf(index), { recursive: true, force: true });
    }
  }

  private journalOver(storage: Storage, groupRecords: number): SessionJournal {
    const { header, epoch } = this;
    const writer = new SegmentWriter({ storage, sessionId: header.sessionId });
    // A group is one write: it leaves when it is flushed.
    const batchSize = groupRecords === 0 ? BATCH_SIZE : 16 * BATCH_SIZE;
    const sink = new InlineCommit({ writer, batchSize });
    return new SessionJournal({ sink, epoch, header, clock: new SystemClock() });
  }

  private freshPath(): string {
    this.fileCount += 1;
    return this.pathOf(this.fileCount);
  }

  private pathOf(index: number): string {
    return join(this.workload.scratchDirectory, `journal-${index}`);
  }
}
