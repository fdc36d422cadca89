/** For the tests of golden bytes: bytes as words, and objects with every field set. */
import assert from 'node:assert/strict';
import { ByteWriter } from './codec/codec.ts';

const memory = new ByteWriter(new ArrayBuffer(4096));

/** Words of eight bytes in hex, as they stand in the file. */
export function wordsOf(write: (writer: ByteWriter) => void): string {
  memory.position = 0;
  write(memory);
  return inWords(memory.bytes.subarray(0, memory.position));
}

export function inWords(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,16}/g) ?? []
  ).join(' ');
}

/** A golden text without the line breaks it is written with. */
export function plain(golden: string): string {
  return golden.trim().split(/\s+/).join(' ');
}

/** The object with `fields` set: a name that is no field of it is a mistake of the test. */
export function filled<Shape extends object>(shape: Shape, fields: object): Shape {
  for (const name of Object.keys(fields)) assert.ok(name in shape, `no field ${name}`);
  return Object.assign(shape, fields);
}
