/**
 * Goal: a reader that does not keep up is closed, frames are built once for all, and nothing is
 * built while nobody looks.
 * Method: sockets that only remember, a mocked clock.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock, test } from 'node:test';
import type { WebSocket } from 'ws';
import type { LiveState } from '#apps/dashboard/protocol.ts';
import { LiveFeed } from './live-feed.ts';
import { SAMPLE_STATE, SampleSource } from './sample-source.test-support.ts';

class SampleSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  isTerminated = false;
  closedWith = 0;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.isTerminated = true;
    this.emit('close');
  }
}

class CountingSource extends SampleSource {
  built = 0;

  override state(): LiveState {
    this.built += 1;
    return SAMPLE_STATE;
  }
}

function setUp() {
  mock.timers.enable({ apis: ['setInterval'] });
  const source = new CountingSource();
  const feed = new LiveFeed(source);
  const join = (): SampleSocket => {
    const socket = new SampleSocket();
    feed.add(socket as unknown as WebSocket);
    return socket;
  };
  return { source, feed, join };
}

test('a slow reader is closed and the others go on', (t) => {
  const { feed, join } = setUp();
  t.after(() => mock.timers.reset());
  const quick = join();
  const slow = join();
  slow.bufferedAmount = 64 * 1024 * 1024;
  mock.timers.tick(250);
  assert.equal(slow.isTerminated, true);
  assert.equal(quick.sent.length, 3);
  assert.equal(feed.readerCount, 1);
  feed.close();
});

test('at most twenty frames a second are sent, each built once for all readers', (t) => {
  const { source, feed, join } = setUp();
  t.after(() => mock.timers.reset());
  const readers = [join(), join(), join()];
  const snapshots = source.built;
  mock.timers.tick(1_000);
  const frames = source.built - snapshots;
  assert.ok(frames >= 5 && frames <= 20, `${frames} frames in a second`);
  for (const reader of readers) assert.equal(reader.sent.length, 1 + frames);
  feed.close();
});

test('nothing is built while nobody looks', (t) => {
  const { source, feed, join } = setUp();
  t.after(() => mock.timers.reset());
  join().terminate();
  const before = source.built;
  mock.timers.tick(5_000);
  assert.equal(source.built, before);
  feed.close();
});

test('more pages than anybody needs are turned away', (t) => {
  const { feed, join } = setUp();
  t.after(() => mock.timers.reset());
  for (let count = 0; count < 32; count++) join();
  assert.equal(join().closedWith, 1013);
  assert.equal(feed.readerCount, 32);
  feed.close();
  assert.equal(feed.readerCount, 0);
});

test('a fault of the source closes the pages with a warning, and the process lives', async (t) => {
  const { source, feed, join } = setUp();
  t.after(() => mock.timers.reset());
  const socket = join();
  const warned = once(process, 'warning');
  source.state = () => {
    throw new Error('no state today');
  };
  mock.timers.tick(150);
  const [warning] = await warned;
  assert.match(String(warning), /no state today/);
  assert.equal(socket.isTerminated, true);
  assert.equal(feed.readerCount, 0);
});

test('a socket that fails is ended and forgotten', (t) => {
  const { feed, join } = setUp();
  t.after(() => mock.timers.reset());
  const socket = join();
  socket.emit('error', new Error('reset by peer'));
  assert.equal(socket.isTerminated, true);
  assert.equal(feed.readerCount, 0);
  feed.close();
});
