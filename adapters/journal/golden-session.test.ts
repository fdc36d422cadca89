/**
 * Goal: no layout of a whole session changes in silence: segment header, frames, notes, a later life.
 * Method: short sessions against the bytes they had when the version was given. When a test fails
 * here: raise FORMAT_VERSION in segment.ts, then write down the new bytes.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { RequestCommand } from '#contracts/commands.ts';
import { OperatorEvent } from '#contracts/events.ts';
import { filled, inWords, plain } from './golden-bytes.test-support.ts';
import { InlineCommit } from './inline-commit.ts';
import { SAMPLE_HEADER } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { resumeSession } from './session-recovery.ts';

test('a whole session has the bytes of the format: segment header, frames, snapshot note, close', () => {
  const storage = new MemoryStorage();
  const writer = new SegmentWriter({ storage, sessionId: SAMPLE_HEADER.sessionId });
  const journal = new SessionJournal({
    sink: new InlineCommit({ writer }),
    epoch: 7,
    header: SAMPLE_HEADER,
    clock: { nowMicros: () => 9 as never },
  });
  journal.append(filled(new OperatorEvent(), { sequence: 1, atMicros: 8, action: 5 }));
  journal.emit(filled(new RequestCommand(), { instrument: 1 }));
  journal.noteSnapshot({ name: 's', sequence: 1, stateHash: 'ab' });
  journal.close(Uint8Array.of(1, 2, 3));
  const [name] = storage.list() as [string];
  const bytes = Buffer.from(storage.read(name));
  assert.equal(
    inWords(bytes.subarray(0, 64)),
    plain(`
    4d4d4a524e4c0d0a 0200000001000000 0011223344556677 8899aabbccddeeff 000000000000f03f
    0000000000000000 0000000000000000 00000000826f828f`),
  );
  // The first frame holds the session header as JSON; its layout is that of the others.
  const second = 64 + bytes.readUInt32LE(64);
  assert.equal(
    inWords(bytes.subarray(second)),
    plain(`
    380000000a5e36a1 0000000000002240 0700000001000000 2100000001000000 000000000000f03f
    0000000000002040 0500000000000000 400000008a2395c1 0000000000002240 0700000002000000
    670000000b000000 000000000000f03f 0000000000002040 0100000073020000 0061620000000000
    40000000c8821f1b 0000000000002240 0700000003000000 6500000010000000 000000000000f03f
    0000000000002040 000000000000f03f 0701000000000000 a8000000159b2267 0000000000002240
    0700000004000000 6800000078000000 000000000000f03f 0000000000002040 000000000000f03f
    000000000000f03f 0000000000000840 506eda3bade8d3c1 4339a036aba478c4 2762138cea6c2292
    94418989daecb113 039058c6f2c0cb49 2c533b0a4d14ef77 cc0f78abccced528 7d84a1a2011cfb81
    c76f855b5c87876b d5d428838d3292ce 848b4770bc316fc8 f669bbb78cfba954`),
  );
});

test('a later life has the bytes of its format: segment header, resume record, first event', () => {
  const storage = new MemoryStorage();
  const { sessionId } = SAMPLE_HEADER;
  const clock = { nowMicros: () => 9 as never };
  const first = new SessionJournal({
    sink: new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }) }),
    epoch: 7,
    header: SAMPLE_HEADER,
    clock,
  });
  first.append(filled(new OperatorEvent(), { sequence: 1, atMicros: 8, action: 5 }));
  first.emit(filled(new RequestCommand(), { instrument: 1 }));
  first.flush();
  storage.append('segment-000001.journal', Uint8Array.of(1, 2, 3));
  const recovered = resumeSession(storage);
  assert.ok(recovered !== null);
  const writer = new SegmentWriter({ storage, sessionId, after: recovered.position });
  const second = new SessionJournal({
    sink: new InlineCommit({ writer, durableSequence: 1 }),
    epoch: 8,
    header: SAMPLE_HEADER,
    clock,
    resumed: { recovered, stateBytes: Uint8Array.of(1, 2, 3), snapshotSequence: 0 },
  });
  second.append(filled(new OperatorEvent(), { sequence: 2, atMicros: 10, action: 5 }));
  second.flush();
  const name = storage.list().at(-1) as string;
  assert.equal(
    inWords(storage.read(name)),
    plain(`
    4d4d4a524e4c0d0a 0300000002000000 0011223344556677 8899aabbccddeeff 0000000000000040
    0000000000807640 0000000000000000 0000000069702881 d00000004c3987cf 0000000000002240
    0800000000000000 690000009a000000 000000000000f03f 0000000000002040 0000000000000040
    0000000000000000 0000000000000840 0000000000000840 0000000000000000 506eda3bade8d3c1
    4339a036aba478c4 2762138cea6c2292 94418989daecb113 039058c6f2c0cb49 2c533b0a4d14ef77
    cc0f78abccced528 7d84a1a2011cfb81 e3b0c44298fc1c14 9afbf4c8996fb924 27ae41e4649b934c
    a495991b7852b855 0400000074657374 0600000032342e30 2e30000000000000 38000000b703a6ed
    0000000000002240 0800000001000000 2100000001000000 0000000000000040 0000000000002440
    0500000000000000`),
  );
});
