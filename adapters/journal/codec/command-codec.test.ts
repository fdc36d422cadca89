/**
 * Goal: every command survives exactly, any changed field changes the bytes, and people can read it.
 * Method: random commands there and back; then each field changed alone.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { AlertCommand, type Command, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { ByteReader, ByteWriter } from './byte-cursor.ts';
import { COMMAND_SIZE_MAX, describeCommand, readCommand, writeCommand } from './command-codec.ts';

const memory = new ByteWriter(new ArrayBuffer(1024));

function encode(sequence: number, command: Command): Uint8Array {
  memory.position = 0;
  writeCommand(memory, sequence, command);
  return memory.bytes.slice(0, memory.position);
}

const integer = fc.maxSafeInteger();
const code = fc.integer({ min: 0, max: 255 });
const index = fc.integer({ min: -1, max: 100 });

const orders = fc
  .record({
    kind: fc.constantFrom(1, 2, 3, 4, 6),
    instrument: index,
    clientOrderId: integer,
    targetOrderId: integer,
    side: code,
    priceTicks: integer,
    quantityLots: integer,
    type: code,
    timeInForce: code,
    layer: code,
    ttlMicros: integer,
    reduceOnly: fc.boolean(),
    reducesRisk: fc.boolean(),
    selfTradeMode: code,
    reason: code,
  })
  .map((fields) => Object.assign(new OrderCommand(), fields) as Command);
const requests = fc
  .record({ kind: fc.constantFrom(5, 7, 8, 10), instrument: index })
  .map((fields) => Object.assign(new RequestCommand(), fields) as Command);
const fillRequests = integer.map(
  (fromTradeId) => Object.assign(new RequestCommand(), { kind: 11, fromTradeId }) as Command,
);
const alerts = fc
  .record({
    code,
    severity: code,
    instrument: index,
    clientOrderId: integer,
    measured: fc.double({ noNaN: true }),
    limit: fc.double({ noNaN: true }),
  })
  .map((fields) => Object.assign(new AlertCommand(), fields) as Command);

test('every command comes back exactly, within the size bound', () => {
  fc.assert(
    fc.property(fc.oneof(orders, requests, fillRequests, alerts), fc.nat(), (command, sequence) => {
      const bytes = encode(sequence, command);
      assert.ok(bytes.length <= COMMAND_SIZE_MAX);
      assert.equal(bytes.length % 8, 0);
      const reader = new ByteReader(bytes);
      const entry = readCommand(reader);
      assert.equal(reader.position, bytes.length);
      assert.equal(entry.sequence, sequence);
      assert.deepEqual(encode(sequence, entry.command), bytes);
      for (const [name, value] of Object.entries(command)) {
        const found = (entry.command as unknown as Record<string, unknown>)[name];
        assert.ok(found === value || (found === 0 && value === 0), name);
      }
    }),
  );
});

test('every field of an order counts: changing it changes the bytes', () => {
  const base = encode(5, new OrderCommand());
  for (const name of Object.keys(new OrderCommand())) {
    const changed = new OrderCommand() as unknown as Record<string, number | boolean>;
    const value = changed[name];
    changed[name] = typeof value === 'boolean' ? !value : (value ?? 0) + 1;
    assert.notDeepEqual(encode(5, changed as unknown as Command), base, name);
  }
  assert.notDeepEqual(encode(6, new OrderCommand()), base);
});

test('a command reads as words with the names of its codes', () => {
  const order = new OrderCommand();
  order.priceTicks = 16_233 as never;
  const text = describeCommand({ sequence: 12, command: order });
  assert.match(text, /event 12: PLACE_ORDER .*side=BUY priceTicks=16233 .*type=LIMIT_MAKER/);
  order.reason = 200 as never;
  assert.match(describeCommand({ sequence: 12, command: order }), /reason=200$/);
  const alert = new AlertCommand();
  assert.match(describeCommand({ sequence: 1, command: alert }), /RAISE_ALERT .*code=BOOK_GAP/);
  const request = new RequestCommand();
  assert.match(describeCommand({ sequence: 1, command: request }), /REQUEST_SNAPSHOT/);
});

test('an unknown command kind is refused', () => {
  const bytes = new Uint8Array(64);
  bytes[8] = 77;
  assert.throws(() => readCommand(new ByteReader(bytes)), /unknown command kind 77/);
});
