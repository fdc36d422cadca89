/**
 * Goal: addresses and control frames of the text streams do what the venue's do, wrong ones too.
 * Method: doors opened with a line that keeps what is sent; frames and refusals by value.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { PublicStage } from './public-stage.test-support.ts';
import { spotStreamDoor, usdmStreamDoors } from './stream-doors.ts';

class KeptLine implements OutgoingLine {
  readonly bufferedBytes = 0;
  readonly sent: string[] = [];
  closed = 0;

  send(frame: string | Uint8Array): void {
    this.sent.push(String(frame));
  }

  close(code: number): void {
    this.closed = code;
  }
}

function doorsOf(stage: PublicStage, isLegacy = false): readonly SocketDoor[] {
  return usdmStreamDoors(stage.usdmData, isLegacy);
}

function connect(doors: readonly SocketDoor[], address: string) {
  const url = new URL(address, 'ws://127.0.0.1');
  const line = new KeptLine();
  const door = doors.find((each) => each.serves(url));
  assert.ok(door, `a door serves ${address}`);
  const socket = door.open(line, url, {}, '127.0.0.1');
  const ask = (request: unknown): unknown => {
    const before = line.sent.length;
    socket.onText(typeof request === 'string' ? request : JSON.stringify(request));
    return JSON.parse(line.sent[before] ?? 'null');
  };
  return { line, socket, ask };
}

function spot() {
  const stage = new PublicStage();
  return { stage, doors: [spotStreamDoor(stage.spotData)] };
}

test('streams of the address run from the start, without and with an envelope', () => {
  const { stage, doors } = spot();
  const raw = connect(doors, '/ws/dogeusdt@bookTicker/dogeusdt@depth@100ms');
  const combined = connect(doors, '/stream?streams=dogeusdt@bookTicker/dogeusdt@depth@100ms');
  stage.buy(stage.spot, 16_000, 3);
  stage.runTo(100);
  assert.deepEqual(
    raw.line.sent.map((text) => JSON.parse(text).u),
    [9_000_000_001, 9_000_000_001],
  );
  assert.deepEqual(
    combined.line.sent,
    raw.line.sent.map((text, index) => {
      const stream = index === 0 ? 'dogeusdt@bookTicker' : 'dogeusdt@depth@100ms';
      return `{"stream":"${stream}","data":${text}}`;
    }),
  );
});

test('a client subscribes, lists, and leaves', () => {
  const { stage, doors } = spot();
  const { line, ask } = connect(doors, '/ws');
  const params = ['dogeusdt@bookTicker', 'nobody@trade'];
  assert.deepEqual(ask({ method: 'SUBSCRIBE', params, id: 1 }), { result: null, id: 1 });
  assert.deepEqual(ask({ method: 'LIST_SUBSCRIPTIONS', id: 'two' }), { result: params, id: 'two' });
  stage.buy(stage.spot, 16_000, 3);
  assert.equal(line.sent.length, 3);
  ask({ method: 'UNSUBSCRIBE', params: ['dogeusdt@bookTicker'], id: null });
  stage.buy(stage.spot, 16_001, 3);
  assert.deepEqual(line.sent.slice(3), ['{"result":null,"id":null}']);
});

test('the envelope is switched on while it runs', () => {
  const { stage, doors } = spot();
  const { line, ask } = connect(doors, '/ws/dogeusdt@bookTicker');
  assert.deepEqual(ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 }), {
    result: false,
    id: 1,
  });
  ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 2 });
  stage.buy(stage.spot, 16_000, 3);
  assert.match(line.sent.at(-1) ?? '', /^\{"stream":"dogeusdt@bookTicker","data":\{/);
});

for (const [frame, code] of [
  [{ method: 'SET_PROPERTY', params: ['colour', true], id: 1 }, 0],
  [{ method: 'GET_PROPERTY', params: ['colour'], id: 1 }, 0],
  [{ method: 'SET_PROPERTY', params: ['combined', 'yes'], id: 1 }, 1],
  [{ method: 'JUMP', params: [], id: 1 }, 2],
  [{ params: ['dogeusdt@trade'], id: 1 }, 2],
  [{ method: 'SUBSCRIBE', params: [7], id: 1 }, 2],
  [{ method: 'SUBSCRIBE', id: 1 }, 2],
  [{ method: 'SUBSCRIBE', params: 'dogeusdt@trade', id: 1 }, 2],
  [{ method: 'SUBSCRIBE', params: ['a@trade'], id: 1.5 }, 2],
  [{ method: 'SUBSCRIBE', params: ['a@trade'], id: 'x'.repeat(37) }, 2],
  [{ method: 'SUBSCRIBE', params: Array.from({ length: 1_025 }, (_, at) => `s${at}@trade`) }, 2],
  ['[]', 2],
  ['{"method":', 3],
] as const) {
  const text = JSON.stringify(frame);
  test(`error ${code} for ${text.slice(0, 60)}`, () => {
    const { ask } = connect(spot().doors, '/ws');
    const { error } = ask(frame) as { error: { code: number; msg: string } };
    assert.equal(error.code, code);
    assert.notEqual(error.msg, '');
  });
}

test('microseconds on request, and no other unit', () => {
  const { stage, doors } = spot();
  const { line } = connect(doors, '/stream?streams=dogeusdt@depth@100ms&timeUnit=MICROSECOND');
  stage.buy(stage.spot, 16_000, 3);
  stage.runTo(100);
  assert.equal(JSON.parse(line.sent[0] ?? '').data.E, 1_795_305_600_100_000);
  assert.throws(
    () => connect(doors, '/ws?timeUnit=DAY'),
    (error) => error instanceof VenueError && error.code === -1194,
  );
});

test('a binary frame ends the connection', () => {
  const { line, socket } = connect(spot().doors, '/ws');
  socket.onBinary(new Uint8Array(1));
  assert.equal(line.closed, 1008);
});

test('a stream on the wrong path is acknowledged and stays silent', () => {
  const stage = new PublicStage();
  const { line, ask } = connect(doorsOf(stage), '/market/ws');
  const params = ['dogeusdt@bookTicker'];
  assert.deepEqual(ask({ method: 'SUBSCRIBE', params, id: 3 }), { result: null, id: 3 });
  stage.buy(stage.usdm, 16_000, 3);
  stage.runTo(10_000);
  assert.equal(line.sent.length, 1);
});

for (const [path, isLegacy, streams] of [
  ['/public/ws', false, ['bookTicker']],
  ['/market/ws', false, ['aggTrade']],
  ['/ws', false, ['bookTicker']],
  ['/ws', true, ['bookTicker', 'aggTrade']],
] as const) {
  test(`${path} ${isLegacy ? 'with' : 'without'} retired addresses tells ${streams.join(', ')}`, () => {
    const stage = new PublicStage();
    const { line } = connect(
      doorsOf(stage, isLegacy),
      `${path}/dogeusdt@bookTicker/dogeusdt@aggTrade`,
    );
    stage.buy(stage.usdm, 16_000, 3);
    stage.sell(stage.usdm, 16_000, 1);
    stage.runTo(100);
    const told = new Set(line.sent.map((text) => JSON.parse(text).e));
    assert.deepEqual([...told], streams);
  });
}

test('nothing is made for nobody', () => {
  const { stage, doors } = spot();
  const { line, socket } = connect(doors, '/ws/dogeusdt@bookTicker');
  socket.onClose();
  stage.buy(stage.spot, 16_000, 3);
  assert.equal(line.sent.length, 0);
});
