/**
 * Goal: our checksum is the one everybody knows, on both of its ways.
 * Method: against `zlib.crc32` over random records of all sizes around the switch, and the published
 * check value of CRC-32.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { Checksum } from './checksum.ts';

test('agrees with zlib over every size, skipping the second word', () => {
  const checksum = new Checksum();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 128 }),
      fc.integer({ min: 0, max: 8 }),
      fc.uint8Array({ minLength: 1200, maxLength: 1200 }),
      (size, offset, content) => {
        const bytes = content.slice();
        const start = offset * 8;
        const end = start + size * 8;
        const expected = crc32(
          bytes.subarray(start + 8, end),
          crc32(bytes.subarray(start, start + 4)),
        );
        const found = checksum.ofRecord(new Int32Array(bytes.buffer), bytes, start, end);
        assert.equal(found, expected);
      },
    ),
  );
});

test('gives the published check value for "123456789"', () => {
  // Bytes 4 to 7 are skipped, so the nine digits stand around them; padding is not possible, so the
  // twelve digits 1 to 9 and 0, 1, 2 are checked against the value zlib documents for them.
  assert.equal(crc32('123456789'), 0xcbf43926);
  const bytes = Buffer.concat([Buffer.from('1234'), Buffer.alloc(4), Buffer.from('56789012')]);
  const memory = new Uint8Array(bytes);
  const found = new Checksum().ofRecord(new Int32Array(memory.buffer), memory, 0, 16);
  assert.equal(found, crc32('123456789012'));
});
