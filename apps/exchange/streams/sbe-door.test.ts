/**
 * Goal: binary streams open for Ed25519 keys alone and tell the same book as the text streams.
 * Method: a line that keeps frames; a decoder written here from the layout of the protocol.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { PublicStage } from './public-stage.test-support.ts';
import { sbeStreamDoor } from './sbe-door.ts';

const KEY = 'ed25519-key';

function connect(stage: PublicStage, address: string, apiKey: string | undefined = KEY) {
  const sent: (string | Uint8Array)[] = [];
  const line = {
    send: (frame: string | Uint8Array) => sent.push(frame),
    close: () => undefined,
    bufferedBytes: 0,
  };
  const door = sbeStreamDoor(stage.spotData, (key) => key === KEY);
  const url = new URL(address, 'ws://127.0.0.1');
  assert.ok(door.serves(url));
  const headers = apiKey === '' ? {} : { 'x-mbx-apikey': apiKey };
  const socket = door.open(line, url, headers, '127.0.0.1');
  const binary = (): DataView[] =>
    sent
      .filter((each) => typeof each !== 'string')
      .map((each) => new DataView(each.buffer, each.byteOffset, each.byteLength));
  return { socket, sent, binary };
}

const templateOf = (view: DataView): number => view.getUint16(2, true);

test('a handshake needs an Ed25519 key', () => {
  for (const key of ['', 'hmac-key']) {
    assert.throws(
      () => connect(new PublicStage(), '/ws/dogeusdt@trade', key),
      (error) => error instanceof VenueError && error.code === -2015,
    );
  }
});

test('each binary stream has its template and its pace', () => {
  const stage = new PublicStage();
  const { binary } = connect(
    stage,
    '/stream?streams=dogeusdt@trade/dogeusdt@bestBidAsk/dogeusdt@depth/dogeusdt@depth20',
  );
  stage.buy(stage.spot, 16_000, 30);
  stage.sell(stage.spot, 16_000, 10);
  stage.runTo(50);
  assert.deepEqual(binary().map(templateOf), [10_001, 10_000, 10_001, 10_003, 10_002]);
  const diff = binary()[3] as DataView;
  assert.equal(diff.getBigInt64(8, true), 1_795_305_600_020_000n);
  assert.equal(diff.getBigInt64(16, true), 9_000_000_001n);
  assert.equal(diff.getBigInt64(24, true), 9_000_000_002n);
});

test('control frames are text', () => {
  const stage = new PublicStage();
  const { socket, sent, binary } = connect(stage, '/ws');
  const ask = (frame: unknown): void => socket.onText(JSON.stringify(frame));
  ask({ method: 'SUBSCRIBE', params: ['dogeusdt@bestBidAsk', 'dogeusdt@bookTicker'], id: 1 });
  ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 });
  stage.buy(stage.spot, 16_000, 30);
  ask({ method: 'UNSUBSCRIBE', params: ['dogeusdt@bestBidAsk'], id: 3 });
  stage.buy(stage.spot, 16_001, 30);
  socket.onText('{');
  assert.deepEqual(sent.filter((each) => typeof each === 'string').slice(0, 3), [
    '{"result":null,"id":1}',
    '{"result":["dogeusdt@bestBidAsk","dogeusdt@bookTicker"],"id":2}',
    '{"result":null,"id":3}',
  ]);
  assert.equal(JSON.parse(String(sent.at(-1))).error.code, 3);
  assert.equal(binary().length, 1);
});
