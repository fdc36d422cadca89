/** Prints what the journal costs: encode, append, read back. Run: `node adapters/journal/journal.bench.ts`. */
import { type BookTickerEvent, type EngineEvent, TimerEvent } from '#contracts/events.ts';
import type { EpochMicros, Sequence } from '#units/integers.ts';
import { ByteReader, ByteWriter, EventDecoder, writePayload } from './codec/codec.ts';
import { InlineCommit } from './inline-commit.ts';
import {
  fillEvent,
  NumberSource,
  newEvents,
  SAMPLE_HEADER,
  SteppingClock,
} from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SessionJournal } from './session-journal.ts';
import { readSession } from './session-reader.ts';

const ROUNDS = 5;
const COUNT = 500_000;

function median(name: string, count: number, work: () => void): void {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    samples.push(((performance.now() - start) * 1e6) / count);
  }
  samples.sort((left, right) => left - right);
  const [least = 0] = samples;
  const middle = samples[Math.floor(ROUNDS / 2)] ?? 0;
  process.stdout.write(`${name}: ${middle.toFixed(0)} ns median, ${least.toFixed(0)} ns best\n`);
}

const numbers = new NumberSource(1);
const ticker = newEvents()[3] as BookTickerEvent;
fillEvent(ticker, numbers);
const writer = new ByteWriter(new ArrayBuffer(4096));
median('encode bookTicker payload', COUNT, () => {
  for (let index = 0; index < COUNT; index++) {
    writer.position = 0;
    ticker.updateId = index;
    writePayload(writer, ticker);
  }
});
const reader = new ByteReader(writer.bytes);
const decoder = new EventDecoder();
median('decode bookTicker payload', COUNT, () => {
  for (let index = 0; index < COUNT; index++) {
    reader.position = 0;
    decoder.read(reader, ticker.kind, index as Sequence, 0 as EpochMicros);
  }
});

const mix: EngineEvent[] = [ticker, newEvents()[1] as EngineEvent, new TimerEvent(), ticker];
for (const event of mix) fillEvent(event, numbers);
let storage = new MemoryStorage();
const segmentSizeMax = 16 * 1024 * 1024;
median('append a mixed event (bookTicker, small depth, timer), inline to memory', COUNT, () => {
  storage = new MemoryStorage();
  const segments = new SegmentWriter({
    storage,
    sessionId: SAMPLE_HEADER.sessionId,
    segmentSizeMax,
  });
  const journal = new SessionJournal({
    sink: new InlineCommit({ writer: segments }),
    epoch: 1,
    header: { ...SAMPLE_HEADER, checkpointEvents: 10_000 },
    clock: new SteppingClock(),
  });
  const state = new Uint8Array(1024);
  for (let index = 0; index < COUNT; index++) {
    const event = mix[index & 3] as EngineEvent;
    event.sequence = (index + 1) as Sequence;
    event.atMicros = index as EpochMicros;
    journal.append(event);
    if (journal.isCheckpointDue) journal.checkpoint(state);
  }
  journal.close(state);
});
median('open a session (every byte checked), per event', COUNT, () => {
  readSession(storage);
});
const recording = readSession(storage);
median('forEachEvent (checked again and decoded), per event', COUNT, () => {
  let sum = 0;
  recording.forEachEvent((event) => {
    sum += event.kind;
  });
  if (sum === 0) throw new Error('nothing was read');
});
