/**
 * Goal: what goes in comes out of the reader, over rotations, and an outage is told beside the file.
 * Method: messages into a temporary folder, read back by the recording reader and by hash.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { RecordingReader } from '#adapters/binance/recording/recording.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { FrameRecorder, type RecordedFile } from './recorder.ts';

const START = 1_795_305_600_200_000;
const at = (seconds: number): EpochMicros => (START + seconds * 1e6) as EpochMicros;

function stand(sizeMax = 1e9) {
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-recorder-'));
  const closed: RecordedFile[] = [];
  const recorder = new FrameRecorder({
    directory,
    name: 'spot-dogeusdt',
    ageMicrosMax: 60e6,
    sizeMax,
    onClosed: (file) => closed.push(file),
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
