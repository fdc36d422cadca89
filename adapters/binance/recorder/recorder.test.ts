/**
 * Goal: what goes in comes out of the reader, over rotations; an outage is told beside the file, and a disk
 * that refuses is told at once, with what it cost.
 * Method: messages into a temporary folder, read back by the recording reader and by hash; a disk in the
 * test's hand that is full, slow to take, or forgets.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { checkRecordings } from '#adapters/binance/recording/check.ts';
import { RecordingReader } from '#adapters/binance/recording/recording.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { FrameRecorder, type RecordedFile, type RecorderDisk, RecorderError } from './recorder.ts';

const START = 1_795_305_600_200_000;
const at = (seconds: number): EpochMicros => (START + seconds * 1e6) as EpochMicros;

function stand(sizeMax = 1e9, disk?: RecorderDisk) {
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-recorder-'));
  const closed: RecordedFile[] = [];
  const recorder = new FrameRecorder({
    directory,
    name: 'spot-dogeusdt',
    ageMicrosMax: 60e6,
    sizeMax,
    onClosed: (file) => closed.push(file),
    ...(disk === undefined ? {} : { disk }),
  });
  return { directory, closed, recorder, remove: () => rmSync(directory, { recursive: true }) };
}

function ticker(id: number): Buffer {
  return Buffer.from(
    `{"stream":"dogeusdt@bookTicker","data":{"u":${id},"s":"DOGEUSDT","b":"0.16233000","B":"47000.00000000","a":"0.16234000","A":"53000.00000000"}}`,
  );
}

test('messages come out of the reader as they went in, over three files', async () => {
  const { closed, recorder, remove, directory } = stand();
  for (let id = 1; id <= 150; id++) recorder.write(ticker(id), at(id));
  recorder.close();
  assert.equal(closed.length, 3);
  assert.equal(
    closed.reduce((sum, file) => sum + file.lineCount, 0),
    150,
  );
  assert.equal(readdirSync(directory).filter((name) => name.endsWith('.part')).length, 0);
  for (const { file, sha256 } of closed) {
    assert.equal(createHash('sha256').update(readFileSync(file)).digest('hex'), sha256);
  }
  const reader = await RecordingReader.open({
    files: closed.map(({ file }) => file),
    instrument: testInstrument(Market.SPOT),
  });
  let count = 0;
  while (reader.next()) {
    count += 1;
    assert.equal('updateId' in reader.event && reader.event.updateId, count);
  }
  reader.close();
  assert.equal(count, 150);
  remove();
});

test('size rotates too, and one message larger than the buffer is written whole', () => {
  const { closed, recorder, remove } = stand(1_000);
  recorder.write(Buffer.alloc(300_000, 0x61), at(0));
  recorder.write(ticker(1), at(1));
  recorder.close();
  assert.deepEqual(
    closed.map((file) => file.lineCount),
    [1, 1],
  );
  assert.equal(closed[0]?.size, 300_021);
  remove();
});

test('an outage stands beside the file, and beside the next when it lasts', () => {
  const { closed, recorder, remove } = stand();
  recorder.write(ticker(1), at(0));
  recorder.beginOutage(at(1));
  recorder.write(ticker(2), at(70));
  recorder.endOutage(at(71));
  recorder.close();
  assert.deepEqual(closed[0]?.outages, [{ fromMicros: at(1), toMicros: 0 }]);
  assert.deepEqual(closed[1]?.outages, [{ fromMicros: at(70), toMicros: at(71) }]);
  remove();
});

test('a line feed inside a message does not make two lines of it', () => {
  const { closed, recorder, remove } = stand();
  recorder.write(Buffer.from('{"a":\n1}'), at(0));
  recorder.close();
  assert.equal(
    readFileSync(closed[0]?.file ?? '', 'utf8')
      .trimEnd()
      .split('\n').length,
    1,
  );
  remove();
});

/** A disk with so many bytes of room that takes at most `mouthful` of them at a time. */
function smallDisk(room: number, mouthful = Number.POSITIVE_INFINITY): RecorderDisk {
  let left = room;
  return {
    write: (handle, bytes, from, length) => {
      if (left === 0) throw new Error('ENOSPC: no space left on device');
      const taken = writeSync(handle, bytes, from, Math.min(length, left, mouthful));
      left -= taken;
      return taken;
    },
    sync: fsyncSync,
    truncate: ftruncateSync,
  };
}

test('a full disk: whole lines are kept and described, the lost ones counted, nothing more is taken', () => {
  const { closed, recorder, remove, directory } = stand(1e9, smallDisk(1_000));
  for (let id = 1; id <= 5; id++) recorder.write(ticker(id), at(id / 10));
  recorder.flush();
  for (let id = 6; id <= 9; id++) recorder.write(ticker(id), at(id / 10));
  const failure = thrown(() => recorder.flush());
  assert.equal(failure.lostLineCount, 4);
  assert.match(failure.message, /no space left.*4 messages are lost/);
  const [file] = closed;
  assert.ok(file !== undefined);
  assert.deepEqual([file.lineCount, file.lostLineCount, file.lastMicros], [5, 4, at(0.5)]);
  const text = readFileSync(file.file);
  assert.equal(text.length, file.size);
  assert.equal(createHash('sha256').update(text).digest('hex'), file.sha256);
  assert.equal(text.toString('utf8').trimEnd().split('\n').length, 5);
  assert.equal(
    thrown(() => recorder.write(ticker(10), at(1))),
    failure,
  );
  recorder.close();
  assert.equal(closed.length, 1);
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.endsWith('.part')),
    [],
  );
  remove();
});

test('a disk that takes little at a time gets all of it', () => {
  const { closed, recorder, remove } = stand(1e9, smallDisk(1e6, 7));
  for (let id = 1; id <= 100; id++) recorder.write(ticker(id), at(id / 10));
  recorder.close();
  assert.equal(closed[0]?.lineCount, 100);
  assert.equal(readFileSync(closed[0]?.file ?? '').length, closed[0]?.size);
  remove();
});

test('a disk that fills within one large message keeps what came before it', () => {
  const { closed, recorder, remove } = stand(1e9, smallDisk(200_000));
  recorder.write(ticker(1), at(0));
  const failure = thrown(() => recorder.write(Buffer.alloc(300_000, 0x61), at(1)));
  assert.equal(failure.lostLineCount, 1);
  assert.deepEqual([closed[0]?.lineCount, closed[0]?.lostLineCount], [1, 1]);
  remove();
});

test('a disk that forgets, or refuses even to close: the file stays a part, and all of it is doubted', () => {
  const broken = () => {
    throw new Error('EIO: i/o error');
  };
  const forgets: RecorderDisk = { write: writeSync, sync: broken, truncate: ftruncateSync };
  const refuses: RecorderDisk = { write: broken, sync: fsyncSync, truncate: broken };
  for (const disk of [forgets, refuses]) {
    const { closed, recorder, remove, directory } = stand(1e9, disk);
    recorder.write(ticker(1), at(0));
    recorder.write(ticker(2), at(1));
    const failure = thrown(() => recorder.close());
    assert.equal(failure.lostLineCount, 2);
    assert.equal(closed.length, 0);
    assert.ok(readdirSync(directory).every((name) => name.endsWith('.part')));
    remove();
  }
});

test('two files of the same millisecond are two files, and a clock set back keeps their order', () => {
  const { closed, recorder, remove } = stand(100);
  recorder.write(ticker(1), at(5));
  recorder.write(ticker(2), at(5));
  recorder.write(ticker(3), at(1));
  recorder.close();
  assert.equal(new Set(closed.map((file) => file.file)).size, 3);
  assert.deepEqual(
    closed.map((file) => file.firstMicros),
    [at(5), at(5), at(5)],
  );
  remove();
});

test('what a killed recording left in its part can be read up to the last flush', async () => {
  const { recorder, remove, directory } = stand();
  for (let id = 1; id <= 3; id++) recorder.write(ticker(id), at(id));
  recorder.flush();
  recorder.write(ticker(4), at(4));
  const [part = ''] = readdirSync(directory);
  assert.match(part, /\.txt\.part$/);
  const lines = readFileSync(join(directory, part), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 3);
  recorder.close();
  remove();
});

test('what a full disk has left is a recording that can be checked and replayed', async () => {
  const { closed, recorder, remove } = stand(1e9, smallDisk(30_000));
  recorder.write(
    Buffer.from(
      '{"lastUpdateId":100,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}',
    ),
    at(0),
  );
  const failure = thrown(() => {
    for (let id = 101; ; id++) {
      const time = (1_795_305_600_200 + (id - 100) * 100).toString();
      recorder.write(
        Buffer.from(
          `{"stream":"dogeusdt@depth@100ms","data":{"e":"depthUpdate","E":${time},"s":"DOGEUSDT","U":${id},"u":${id},"b":[["0.16233000","${id}.00000000"]],"a":[]}}`,
        ),
        at((id - 100) / 10),
      );
      if (id % 50 === 0) recorder.flush();
    }
  });
  const [file] = closed;
  assert.ok(file !== undefined && file.lineCount > 100 && failure.lostLineCount > 0);
  const report = await checkRecordings([file.file]);
  assert.ok(report.ok, JSON.stringify(report.files.map((one) => one.problems)));
  const reader = await RecordingReader.open({
    files: [file.file],
    instrument: testInstrument(Market.SPOT),
  });
  let count = 0;
  while (reader.next()) count += 1;
  reader.close();
  assert.equal(count, file.lineCount);
  remove();
});

function thrown(work: () => void): RecorderError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof RecorderError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}
