/**
 * Goal: nothing inside a simulated run reaches the real world unnoticed, and the world is whole again
 * afterwards, whatever happened.
 * Method: the usual calls of each kind as a program writes them, inside and, where that harms nobody,
 * outside; then every row of the table by name.
 */
import assert from 'node:assert/strict';
import { exec, execFileSync, spawn } from 'node:child_process';
import crypto, { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import dns, { lookup } from 'node:dns';
import { resolve4 } from 'node:dns/promises';
import fs, { existsSync, promises, readFile, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import http, { createServer, get } from 'node:http';
import { connect as connect2 } from 'node:http2';
import { request } from 'node:https';
import { createRequire } from 'node:module';
import net, { Socket } from 'node:net';
import { cpus, freemem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import timers from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectSafely } from 'node:tls';
import { MessageChannel, Worker } from 'node:worker_threads';
import { runSealed, SealBrokenError } from './sealed-surroundings.ts';
import { WHOLE_MODULES, waysOut } from './ways-out.ts';

type Descriptors = Readonly<Record<string, PropertyDescriptor>>;

const HERE = new URL(import.meta.url);

/** Harmless outside of a run. */
const CALLS: Readonly<Record<string, () => unknown>> = {
  'Date.now': () => Date.now(),
  'new Date': () => new Date(),
  'a date by its constructor': () => Reflect.construct(new Date(0).constructor as typeof Date, []),
  'Date by Reflect.construct': () => Reflect.construct(Date, []),
  'Date by Reflect.apply': () => Reflect.apply(Date, undefined, []),
  'a date in local time': () => new Date(2026, 0, 1),
  'a text in local time': () => new Date('2026-01-01T00:00'),
  'a parsed text in local time': () => Date.parse('2026-01-01T00:00'),
  'hours of a date': () => new Date(0).getHours(),
  'a date as text': () => `${new Date(0).toString()}`,
  'a date in words': () => new Date(0).toLocaleDateString(),
  'Intl.DateTimeFormat': () => new Intl.DateTimeFormat().format(0),
  'a number in words': () => (1_000).toLocaleString(),
  'a list in words': () => [1_000].toLocaleString(),
  'order of words': () => 'a'.localeCompare('b'),
  'Math.random': () => Math.random(),
  'performance.now': () => performance.now(),
  'performance.timeOrigin': () => performance.timeOrigin,
  'performance.mark': () => performance.mark('here'),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  'process.uptime': () => process.uptime(),
  'process.memoryUsage.rss': () => process.memoryUsage.rss(),
  'process.nextTick': () => process.nextTick(() => undefined),
  setTimeout: () => clearTimeout(setTimeout(() => undefined, 0)),
  setImmediate: () => clearImmediate(setImmediate(() => undefined)),
  queueMicrotask: () => queueMicrotask(() => undefined),
  'node:timers': () => clearTimeout(timers.setTimeout(() => undefined, 0)),
  'node:timers/promises': () => wait(0),
  'timers.promises': () => timers.promises.setImmediate(),
  randomBytes: () => randomBytes(4),
  randomUUID: () => randomUUID(),
  'crypto.randomInt': () => crypto.randomInt(9),
  'a key pair': () => generateKeyPairSync('ed25519'),
  getRandomValues: () => globalThis.crypto.getRandomValues(new Uint8Array(4)),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(4)),
  readFileSync: () => readFileSync(HERE),
  existsSync: () => existsSync('.'),
  readFile: () => readFile(HERE, () => undefined),
  'fs.promises': () => fs.promises.readFile(HERE),
  'promises of fs': () => promises.access('.'),
  'fs/promises': () => stat('.'),
  'fs.realpathSync.native': () => fs.realpathSync.native('.'),
  'net.Socket': () => new Socket().destroy(),
  'net.createServer': () => net.createServer(),
  'http.createServer': () => createServer(),
  'http.Agent': () => new http.Agent(),
  createSocket: () => createSocket('udp4').close(),
  'dns.getServers': () => dns.getServers(),
  execFileSync: () => execFileSync(process.execPath, ['--version']),
  MessageChannel: () => new MessageChannel().port1.close(),
  'os.cpus': () => cpus(),
  'os.freemem': () => freemem(),
  'navigator.hardwareConcurrency': () => navigator.hardwareConcurrency,
  monitorEventLoopDelay: () => monitorEventLoopDelay(),
  createRequire: () => createRequire(import.meta.url),
  getBuiltinModule: () => process.getBuiltinModule('node:net'),
  WeakRef: () => new WeakRef({}),
};

/** Not tried outside: they would leave the machine, or begin something. */
const DEPARTURES: Readonly<Record<string, () => unknown>> = {
  fetch: () => fetch('http://127.0.0.1:1/'),
  WebSocket: () => new WebSocket('ws://127.0.0.1:1/'),
  'http.get': () => get('http://127.0.0.1:1/'),
  'https.request': () => request('https://127.0.0.1:1/'),
  'http2.connect': () => connect2('http://127.0.0.1:1/'),
  'tls.connect': () => connectSafely(1),
  'net.connect': () => net.connect(1),
  'dns.lookup': () => lookup('localhost', () => undefined),
  'dns.promises': () => dns.promises.lookup('localhost'),
  'dns/promises': () => resolve4('localhost'),
  spawn: () => spawn(process.execPath),
  exec: () => exec('true'),
  Worker: () => new Worker(HERE),
  'process.exit': () => process.exit(),
  'fs.watch': () => fs.watch('.'),
  'Atomics.wait': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1),
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} throws inside and works outside`, async () => {
    assert.throws(() => runSealed(call), SealBrokenError);
    assert.notEqual(await call(), null);
  });
}

for (const [name, call] of Object.entries(DEPARTURES)) {
  test(`${name} is refused before anything leaves`, () => {
    assert.throws(() => runSealed(call), SealBrokenError);
  });
}

test('every row of the table throws inside, with and without new, and is back afterwards', () => {
  const rows = waysOut();
  const whole = rows.map(({ owner }) => Object.getOwnPropertyDescriptors(owner));
  runSealed(() => {
    for (const { title, owner, calls, values = [] } of rows) {
      for (const name of calls) {
        const call = Reflect.get(owner, name) as () => unknown;
        assert.throws(() => call(), SealBrokenError, `${title}.${name}()`);
        assert.throws(() => Reflect.construct(call, []), SealBrokenError, `new ${title}.${name}`);
      }
      for (const name of values) {
        assert.throws(() => Reflect.get(owner, name), SealBrokenError, `${title}.${name}`);
      }
    }
  });
  for (const [index, { title, owner }] of rows.entries()) {
    const before: Descriptors = whole[index] ?? {};
    const after: Descriptors = Object.getOwnPropertyDescriptors(owner);
    assert.deepEqual(Object.keys(after), Object.keys(before), title);
    for (const [name, known] of Object.entries(before)) {
      assert.equal(after[name]?.value, known.value, `${title}.${name}`);
      assert.equal(after[name]?.get, known.get, `${title}.${name}`);
    }
  }
});

test('a module that is listed whole has no call left open', () => {
  const open: string[] = [];
  for (const { title, owner, calls } of waysOut().slice(0, WHOLE_MODULES.length)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      const { value } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
      if (typeof value === 'function' && !calls.includes(name)) open.push(`${title}.${name}`);
    }
  }
  assert.deepEqual(open, []);
});

test('a date of a given moment is arithmetic and allowed', () => {
  const text = runSealed(() => new Date(86_400_000).toISOString());
  assert.equal(text, '1970-01-02T00:00:00.000Z');
  for (const moment of ['1970-01-02T00:00:00Z', '1970-01-02', '1970-01-02T01:00:00+01:00']) {
    assert.equal(
      runSealed(() => Date.parse(moment)),
      86_400_000,
    );
    assert.equal(
      runSealed(() => new Date(moment).getTime()),
      86_400_000,
    );
  }
  assert.ok(runSealed(() => new Date(0)) instanceof Date);
});

test('a checksum of given bytes is arithmetic and allowed', () => {
  assert.match(
    runSealed(() => createHash('sha256').update('x').digest('hex')),
    /^[0-9a-f]{64}$/,
  );
});

test('the result comes back, and an error of the work leaves the world whole', () => {
  assert.equal(
    runSealed(() => 42),
    42,
  );
  assert.throws(() => runSealed(() => assert.fail('inside')), { message: 'inside' });
  assert.ok(Date.now() > 0);
  assert.equal(new Date(0).constructor, Date);
});
