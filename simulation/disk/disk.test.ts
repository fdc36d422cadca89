/**
 * Goal: the disk loses only what was not synced, loses it in every way a real one may, and fails when told to.
 * Method: small stories of operations; a model that knows of each file what was synced; many seeds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '#simulation/random/random.ts';
import { DiskFaultError, SimulatedDisk } from './disk.ts';

const disk = (seed = 1): SimulatedDisk => new SimulatedDisk({ random: new SeededRandom(seed) });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (from: SimulatedDisk, name: string): string =>
  new TextDecoder().decode(from.read(name));
const withCode = (code: string) => (error: unknown) =>
  error instanceof DiskFaultError && error.code === code;

test('files are appended to, cut, renamed over each other and removed; names are sorted', () => {
  const one = disk();
  one.append('b', bytes('hello'));
  one.append('b', bytes(' world'));
  one.append('a', bytes('old'));
  one.truncate('b', 5);
  assert.deepEqual(one.list(), ['a', 'b']);
  assert.equal(textOf(one, 'b'), 'hello');
  one.rename('b', 'a');
  assert.deepEqual(one.list(), ['a']);
  assert.equal(textOf(one, 'a'), 'hello');
  one.remove('a');
  one.remove('never there');
  assert.deepEqual(one.list(), []);
  assert.throws(() => one.read('a'), withCode('ENOENT'));
  assert.throws(() => one.sync('a'), withCode('ENOENT'));
});

test('what was synced survives every power loss, and of the rest a prefix is there', () => {
  const texts = fc.array(fc.tuple(fc.constantFrom('x', 'y'), fc.string(), fc.boolean()));
  fc.assert(
    fc.property(texts, fc.integer(), (steps, seed) => {
      const one = disk(seed);
      const written = { x: '', y: '' };
      const synced = { x: 0, y: 0 };
      for (const [name, text, isSynced] of steps) {
        one.append(name, bytes(text));
        written[name] += new TextDecoder().decode(bytes(text));
        if (!isSynced) continue;
        one.sync(name);
        synced[name] = bytes(written[name]).length;
      }
      one.losePower();
      for (const name of one.list() as ('x' | 'y')[]) {
        const all = bytes(written[name]);
        const found = one.read(name);
        assert.ok(found.length >= synced[name] && found.length <= all.length);
        assert.deepEqual(found, all.slice(0, found.length));
      }
      assert.equal(one.unsyncedSize, 0, 'what is there after the loss is on the disk');
    }),
  );
});

test('over many seeds a power loss keeps nothing, a part, everything, and a later file without an earlier one', () => {
  const seen = { none: 0, part: 0, all: 0, reordered: 0 };
  for (let seed = 1; seed <= 300; seed++) {
    const one = disk(seed);
    one.append('first', bytes('0123456789'));
    one.append('second', bytes('0123456789'));
    one.losePower();
    const [first, second] = [one.read('first').length, one.read('second').length];
    if (first === 0) seen.none += 1;
    else if (first === 10) seen.all += 1;
    else seen.part += 1;
    if (first < 10 && second === 10) seen.reordered += 1;
    const { filesLost, filesTorn, filesKept, bytesLost } = one.counters;
    assert.equal(filesLost + filesTorn + filesKept, 2);
    assert.equal(bytesLost, 20 - first - second);
  }
  for (const count of Object.values(seen)) assert.ok(count > 20, JSON.stringify(seen));
});

test('what is stable is read as no power loss could change it', () => {
  const one = disk();
  one.append('x', bytes('abc'));
  assert.equal(one.readStable('x').length, 0);
  one.sync('x');
  one.append('x', bytes('de'));
  assert.deepEqual(one.readStable('x'), bytes('abc'));
  assert.throws(() => one.readStable('y'), withCode('ENOENT'));
});

test('killing the program loses nothing and makes nothing durable', () => {
  let later = 0;
  for (let seed = 1; seed <= 50; seed++) {
    const one = disk(seed);
    one.append('file', bytes('not synced'));
    one.killProgram();
    assert.equal(textOf(one, 'file'), 'not synced');
    assert.equal(one.unsyncedSize, 10);
    one.losePower();
    later += 10 - one.read('file').length;
  }
  assert.ok(later > 0, 'the power may still take it');
});

test('an unsynced cut may come undone, a synced one may not', () => {
  let undone = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const one = disk(seed);
    one.append('file', bytes('0123456789'));
    one.sync('file');
    one.truncate('file', 6);
    one.truncate('file', 4);
    const synced = disk(seed);
    synced.append('file', bytes('0123456789'));
    synced.sync('file');
    synced.truncate('file', 4);
    synced.sync('file');
    one.losePower();
    synced.losePower();
    assert.equal(textOf(synced, 'file'), '0123');
    assert.ok(['0123', '0123456789'].includes(textOf(one, 'file')));
    if (one.read('file').length === 10) undone += 1;
  }
  assert.ok(undone > 10 && undone < 50, String(undone));
});

test('a failed sync is told once, and the lost bytes do not come back by syncing again', () => {
  let lost = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const one = disk(seed);
    one.append('file', bytes('safe'));
    one.sync('file');
    one.append('file', bytes(' and lost'));
    one.failSyncs();
    assert.throws(() => one.sync('file'), withCode('EIO'));
    one.sync('file');
    one.killProgram();
    assert.ok(textOf(one, 'file').startsWith('safe'));
    if (one.read('file').length < 13) lost += 1;
    one.append('file', bytes('!'));
    one.sync('file');
    const { length } = one.read('file');
    one.losePower();
    assert.equal(one.read('file').length, length, 'a new program may trust its own syncs');
  }
  assert.ok(lost > 10, 'a retried sync would have been a lie');
});

test('a full disk writes a part and refuses, until there is room', () => {
  const one = disk(3);
  one.append('file', bytes('0123456789'));
  one.fillUp();
  assert.throws(() => one.append('file', bytes('abcdefghij')), withCode('ENOSPC'));
  assert.match(textOf(one, 'file'), /^0123456789a?b?c?d?e?f?g?h?i?j?$/);
  const size = one.read('file').length;
  one.freeUp();
  one.append('file', bytes('!'));
  assert.equal(one.read('file').length, size + 1);
  assert.equal(one.counters.fullErrors, 1);
});

test('an armed crash stops in its operation: before, inside or after it, told once', () => {
  const sizes = new Set<number>();
  for (let seed = 1; seed <= 60; seed++) {
    const one = disk(seed);
    let told = 0;
    one.crashIn(2, () => {
      told += 1;
    });
    one.append('file', bytes('0123456789'));
    assert.throws(() => one.append('file', bytes('0123456789')), withCode('CRASH'));
    sizes.add(one.read('file').length);
    one.append('file', bytes('x'));
    assert.equal(told, 1);
    assert.equal(one.counters.crashes, 1);
  }
  assert.ok(sizes.has(10) && sizes.has(20) && sizes.size > 4, [...sizes].join());
  const calm = disk();
  calm.crashIn(1, () => assert.fail('taken back'));
  calm.disarm();
  calm.append('file', bytes('0'));
});

test('a bit flips where it was asked for', () => {
  const one = disk(5);
  assert.equal(one.flipBit('any'), null);
  one.append('old', bytes('0123456789'));
  one.append('new', new Uint8Array(10_000));
  assert.equal(one.flipBit('sealed')?.name, 'old');
  for (let round = 0; round < 50; round++) {
    const flipped = one.flipBit('tail');
    assert.ok(flipped?.name === 'new' && flipped.offset >= 10_000 - 4096);
  }
  one.rename('new', 'renamed');
  assert.equal(one.flipBit('tail')?.name, 'renamed');
  const before = one.read('old');
  one.remove('renamed');
  const flipped = one.flipBit('any');
  assert.ok(flipped !== null);
  const after = one.read('old');
  assert.equal((before[flipped.offset] ?? 0) ^ flipped.mask, after[flipped.offset]);
  assert.equal(one.counters.bitFlips, 53);
});

test('equal seeds fail equally', () => {
  const story = (seed: number): string => {
    const one = disk(seed);
    for (let round = 0; round < 40; round++) {
      one.append(`file-${round % 3}`, bytes('some text of some length'));
      if (round % 5 === 4) one.sync(`file-${round % 3}`);
      if (round % 13 === 12) one.losePower();
      if (round % 17 === 16) one.flipBit('any');
    }
    return JSON.stringify([one.list().map((name) => [...one.read(name)]), one.counters]);
  };
  assert.equal(story(9), story(9));
  assert.notEqual(story(9), story(10));
});
