/**
 * Goal: every event survives the journal exactly, equal events are equal bytes, and what is no
 * integer never gets onto the disk.
 * Method: all kinds with every field set from random safe integers, encoded, decoded into other
 * objects and compared field by field; then the refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fillEvent, NumberSource, newEvents } from '#adapters/journal/journal-samples.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  type EngineEvent,
  InstrumentDefinedEvent,
} from '#contracts/events.ts';
import type { EpochMicros, InstrumentIndex, Sequence } from '#units/integers.ts';
import { ByteReader, ByteWriter, EventDecoder, payloadSizeBound, writePayload } from './codec.ts';

const memory = new ByteWriter(new ArrayBuffer(64 * 1024));

function encode(event: EngineEvent): Uint8Array {
  memory.position = 0;
  writePayload(memory, event);
  return memory.bytes.slice(0, memory.position);
}

/** Fields that count: a column holds stale values behind `count`. */
function plain(event: EngineEvent): unknown {
  return JSON.parse(
    JSON.stringify(event, (_name, value) => {
      if (value === null || typeof value !== 'object' || !('pricesTicks' in value)) return value;
      return {
        prices: [...value.pricesTicks.subarray(0, value.count)],
        quantities: [...value.quantitiesLots.subarray(0, value.count)],
      };
    }),
  );
}

for (const [index, sample] of newEvents().entries()) {
  const title = sample.constructor.name;
  test(`${title} comes back with every field, and its bytes are canonical and within the bound`, () => {
    const decoder = new EventDecoder();
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, otherSeed) => {
        const event = newEvents()[index] as EngineEvent;
        // Fill twice: what an object held before must not matter.
        fillEvent(event, new NumberSource(otherSeed));
        fillEvent(event, new NumberSource(seed));
        const twin = newEvents()[index] as EngineEvent;
        fillEvent(twin, new NumberSource(seed));
        const bytes = encode(event);
        assert.deepEqual(encode(twin), bytes);
        assert.ok(bytes.length <= payloadSizeBound(event));
        const reader = new ByteReader(bytes);
        const decoded = decoder.read(reader, event.kind, event.sequence, event.atMicros);
        assert.equal(reader.position, bytes.length);
        assert.deepEqual(plain(decoded), plain(event));
        assert.deepEqual(encode(decoded), bytes);
      }),
    );
  });
}

test('minus zero and zero are the same bytes', () => {
  const event = new BookTickerEvent();
  const bytes = encode(event);
  event.updateId = -0;
  assert.deepEqual(encode(event), bytes);
});

test('a decoded depth message with fewer levels forgets the levels of the one before', () => {
  const decoder = new EventDecoder();
  const event = new DepthDeltaEvent();
  for (let level = 0; level < 300; level++) event.bids.push(level, level + 1);
  const first = encode(event);
  decoder.read(new ByteReader(first), event.kind, 1 as Sequence, 1 as EpochMicros);
  event.bids.clear();
  event.bids.push(7, 8);
  const decoded = decoder.read(
    new ByteReader(encode(event)),
    event.kind,
    2 as Sequence,
    2 as EpochMicros,
  ) as DepthDeltaEvent;
  assert.equal(decoded.bids.count, 1);
  assert.equal(decoded.bids.pricesTicks[0], 7);
  assert.equal(decoded.sequence, 2);
  assert.equal(decoded.atMicros, 2);
});

for (const [value, why] of [
  [0.5, 'a fraction'],
  [Number.NaN, 'not a number'],
  [2 ** 53, 'beyond the safe integers'],
  [Number.POSITIVE_INFINITY, 'infinite'],
] as const) {
  test(`a field that is ${why} is refused`, () => {
    const event = new BookTickerEvent();
    event.updateId = value;
    assert.throws(() => encode(event), RangeError);
  });
}

test('codes, indexes and counts outside their bytes are refused', () => {
  memory.position = 0;
  assert.throws(() => memory.code(256), RangeError);
  assert.throws(() => memory.code(-1), RangeError);
  assert.throws(() => memory.small(32_768), RangeError);
  assert.throws(() => memory.count(-1), RangeError);
  const event = new BookTickerEvent();
  event.instrument = 40_000 as InstrumentIndex;
  assert.throws(() => encode(event), RangeError);
});

test('an instrument event that was never filled is refused', () => {
  const event = new InstrumentDefinedEvent();
  assert.ok(payloadSizeBound(event) > 0);
  assert.throws(() => encode(event), /without an instrument/);
});

test('unknown kinds and short payloads are refused, not guessed', () => {
  const decoder = new EventDecoder();
  const empty = new ByteReader(new Uint8Array(4));
  const read = (kind: number) => decoder.read(empty, kind, 1 as Sequence, 1 as EpochMicros);
  assert.throws(() => read(99), /unknown event kind 99/);
  assert.throws(() => read(12), RangeError);
  assert.throws(() => new ByteReader(new Uint8Array(4)).raw(5), RangeError);
});

test('a limit column of absurd length is refused', () => {
  const bytes = new Uint8Array(64);
  bytes.fill(0xff, 24, 28);
  const decoder = new EventDecoder();
  assert.throws(
    () => decoder.read(new ByteReader(bytes), 32, 1 as Sequence, 1 as EpochMicros),
    /limit column/,
  );
});
