/**
 * Goal: equal states are equal bytes, all values come back bit for bit, and reading out of step is an
 * error at once.
 * Method: random scripts of writes read back; special doubles; every refusal.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { StateBytesReader, StateBytesWriter, writeAll } from './state-bytes.ts';

type Step =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'section'; readonly value: string }
  | { readonly kind: 'floats'; readonly value: readonly number[] };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.maxSafeInteger().map((value) => ({ kind: 'integer' as const, value })),
  fc.double().map((value) => ({ kind: 'float' as const, value })),
  fc.boolean().map((value) => ({ kind: 'flag' as const, value })),
  fc.string({ unit: 'grapheme' }).map((value) => ({ kind: 'text' as const, value })),
  fc.string().map((value) => ({ kind: 'section' as const, value })),
  fc.array(fc.double(), { maxLength: 20 }).map((value) => ({ kind: 'floats' as const, value })),
);

function write(writer: StateBytesWriter, step: Step): void {
  if (step.kind === 'integer') writer.integer(step.value);
  else if (step.kind === 'float') writer.float(step.value);
  else if (step.kind === 'flag') writer.flag(step.value);
  else if (step.kind === 'text') writer.text(step.value);
  else if (step.kind === 'section') writer.section(step.value);
  else writer.floats(Float64Array.from([...step.value, 99]), step.value.length);
}

function check(reader: StateBytesReader, step: Step): void {
  if (step.kind === 'integer') assert.equal(reader.integer(), step.value + 0);
  else if (step.kind === 'float') assert.ok(Object.is(reader.float(), step.value));
  else if (step.kind === 'flag') assert.equal(reader.flag(), step.value);
  else if (step.kind === 'text') assert.equal(reader.text(), step.value);
  else if (step.kind === 'section') reader.section(step.value);
  else {
    const into = new Float64Array(20);
    const count = reader.floats(into);
    assert.deepEqual([...into.subarray(0, count)], [...step.value]);
  }
}

test('whatever is written comes back in order, bit for bit, and twice the same bytes', () => {
  fc.assert(
    fc.property(fc.array(steps), (script) => {
      const writer = new StateBytesWriter();
      for (const step of script) write(writer, step);
      const bytes = writer.written().slice();
      writer.reset();
      for (const step of script) write(writer, step);
      assert.deepEqual(writer.written(), bytes);
      const reader = new StateBytesReader(bytes);
      for (const step of script) check(reader, step);
      assert.ok(reader.isAtEnd);
    }),
  );
});

test('minus zero is the integer zero, but another float', () => {
  const bytesOf = (step: (writer: StateBytesWriter) => void) => {
    const writer = new StateBytesWriter();
    step(writer);
    return writer.written().slice();
  };
  assert.deepEqual(
    bytesOf((writer) => writer.integer(-0)),
    bytesOf((writer) => writer.integer(0)),
  );
  assert.notDeepEqual(
    bytesOf((writer) => writer.float(-0)),
    bytesOf((writer) => writer.float(0)),
  );
});

test('every NaN is the same bytes, alone and in columns', () => {
  // A NaN with another payload, as arithmetic on another machine may leave it.
  const other = new Float64Array(Uint32Array.of(1, 0xfff80000).buffer);
  const first = new StateBytesWriter();
  first.float(other[0] as number);
  first.floats(other, 1);
  const second = new StateBytesWriter();
  second.float(Number.NaN);
  second.floats(Float64Array.of(Number.NaN), 1);
  assert.deepEqual(first.written(), second.written());
});

test('state larger than the first buffer grows it', () => {
  const writer = new StateBytesWriter();
  const column = new Float64Array(50_000).fill(1.5);
  writer.floats(column, column.length);
  writer.text('after');
  const reader = new StateBytesReader(writer.written());
  const into = new Float64Array(50_000);
  assert.equal(reader.floats(into), 50_000);
  assert.deepEqual(into, column);
  assert.equal(reader.text(), 'after');
});

test('a number that is no safe integer is never written as one', () => {
  const writer = new StateBytesWriter();
  for (const bad of [0.5, Number.NaN, 2 ** 53])
    assert.throws(() => writer.integer(bad), RangeError);
});

test('reading out of step is an error: section, integer, flag, column and the end', () => {
  const writer = new StateBytesWriter();
  writer.section('risk');
  assert.throws(() => new StateBytesReader(writer.written()).section('ops'), /"ops" expected/);
  writer.reset();
  writer.float(0.5);
  assert.throws(() => new StateBytesReader(writer.written()).integer(), /no safe integer/);
  assert.throws(() => new StateBytesReader(Uint8Array.of(7)).flag(), /neither 0 nor 1/);
  writer.reset();
  writer.floats(new Float64Array(5), 5);
  assert.throws(() => new StateBytesReader(writer.written()).floats(new Float64Array(4)), /room/);
  assert.throws(() => new StateBytesReader(Uint8Array.of(9, 0, 0, 0, 65)).text(), /past the end/);
  const empty = new StateBytesReader(new Uint8Array(0));
  assert.ok(empty.isAtEnd);
  for (const read of ['integer', 'float', 'flag', 'text'] as const) {
    assert.throws(() => empty[read](), RangeError);
  }
});

test('an empty state is no bytes, and all parts are written in the given order', () => {
  const writer = new StateBytesWriter();
  assert.equal(writer.written().length, 0);
  const part = (value: number) => ({
    writeState: (into: { integer(value: number): void }) => into.integer(value),
    readState: () => undefined,
  });
  writer.integer(77);
  const bytes = writeAll([part(1), part(2)], writer).slice();
  const reader = new StateBytesReader(bytes);
  assert.deepEqual([reader.integer(), reader.integer(), reader.isAtEnd], [1, 2, true]);
});
