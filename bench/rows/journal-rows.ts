/**
 * The journal's writing side on a real disk: encoding alone, appending at maximum speed, and appending
 * with a sync for every group, beside raw writes and syncs of the same bytes.
 */
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '#adapters/clock/clock.ts';
import { FileStorage, InlineCommit, SegmentWriter, SessionJournal } from '#adapters/journal/journal.ts';
import { measureTurns } from '#bench/alternate.ts';
import { openRecording } from '#bench/recorded-events.ts';
import { discardingJournal } from '#bench/recorded-engine.ts';
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/suites.ts';

const BATCH_SIZE = 256 * 1024;
/** A group commit of a busy paced session: some thousand records to a sync. */
const GROUP_EVENTS = 1_000;

export function rows(workload: Workload): MeasuredRow[] {
  const bench = new JournalBench(workload);
  return [
    measureTurns({
      name: 'journal.encode',
      unit: 'µs',
      warmUpRounds: 2,
      rounds: 9,
      note: 'one record: encoded, framed, added to the hash of all inputs; not written',
      own: () => bench.append(discardingJournal(bench.recording())),
    }),
    measureTurns({
      name: 'journal.append',
      unit: 'records/s',
      warmUpRounds: 1,
      rounds: 7,
      note: 'encode, checksum, hash, write in batches of 256 KiB, one sync at the end',
      own: () => bench.writeJournal(BATCH_SIZE, 0),
      floor: { name: 'writeSync + fdatasync of the same bytes', run: () => bench.writeRaw(0) },
    }),
    measureTurns({
      name: 'journal.append_durable',
      unit: 'records/s',
      warmUpRounds: 1,
      rounds: 5,
      note: `a sync for every ${GROUP_EVENTS} records`,
      own: () => bench.writeJournal(BATCH_SIZE, GROUP_EVENTS),
      floor: {
        name: 'writeSync + fdatasync of the same groups',
        run: () => bench.writeRaw(GROUP_EVENTS),
      },
    }),
  ];
}

class JournalBench {
  private readonly workload: Workload;
  private readonly bytes: Uint8Array;
  private fileCount = 0;

  constructor(workload: Workload) {
    this.workload = workload;
    const { sessionDirectory } = workload;
    const segments = readdirSync(sessionDirectory).filter((name) => name.endsWith('.journal'));
    this.bytes = Buffer.concat(segments.map((name) => readFileSync(join(sessionDirectory, name))));
  }

  recording(): ReturnType<typeof openRecording> {
    return openRecording(this.workload.sessionDirectory);
  }

  /** Appends every event of the session; the events come out of memory, decoded. */
  append(journal: SessionJournal, groupEvents = 0): number {
    let count = 0;
    this.recording().forEachEvent((event) => {
      journal.append(event);
      count += 1;
      if (groupEvents > 0 && count % groupEvents === 0) journal.flush();
    });
    return count;
  }

  writeJournal(batchSize: number, groupEvents: number): number {
    const directory = this.freshPath();
    const { header, epoch } = this.recording();
    const { sessionId } = header;
    const storage = new FileStorage(directory);
    const sink = new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }), batchSize });
    const journal = new SessionJournal({ sink, epoch, header, clock: new SystemClock() });
    const count = this.append(journal, groupEvents);
    journal.flush();
    storage.close();
    rmSync(directory, { recursive: true });
    return count;
  }

  /** The bytes of the same journal, as fast as the disk takes them. */
  writeRaw(groupEvents: number): number {
    const { eventCount } = this.recording();
    const path = this.freshPath();
    const file = openSync(path, 'a');
    const groupSize =
      groupEvents === 0 ? BATCH_SIZE : Math.ceil((this.bytes.length / eventCount) * groupEvents);
    for (let at = 0; at < this.bytes.length; at += groupSize) {
      writeSync(file, this.bytes.subarray(at, at + groupSize));
      if (groupEvents > 0) fdatasyncSync(file);
    }
    fdatasyncSync(file);
    closeSync(file);
    rmSync(path);
    return eventCount;
  }

  private freshPath(): string {
    this.fileCount += 1;
    return join(this.workload.scratchDirectory, `journal-${this.fileCount}`);
  }
}
