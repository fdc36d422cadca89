/**
 * Goal: every spot stream says what the venue's protocol prints, to the key, its order and its decimals.
 * Method: a book moved by hand; whole messages by value, and the shape of each against the example of
 * the protocol.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublicStage, shapeOf } from './public-stage.test-support.ts';
import { spotStream } from './spot-streams.ts';
import type { StreamFrame } from './stream-frame.ts';

function listen(stage: PublicStage, name: string) {
  const frames: StreamFrame[] = [];
  const source = spotStream(stage.spotData, name);
  assert.ok(source, name);
  const stop = source.open((frame) => frames.push(frame));
  return { frames, stop, texts: () => frames.map((each) => each.text('MILLISECOND', false)) };
}

/** Bid 0.16233 x 48210, ask 0.16234 x 51777: three changes before anybody listens. */
function stageWithBook(): PublicStage {
  const stage = new PublicStage();
  stage.buy(stage.spot, 16_233, 48_210);
  stage.buy(stage.spot, 16_230, 1_000);
  stage.sell(stage.spot, 16_234, 51_777);
  return stage;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  'dogeusdt@depth@100ms':
    '{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":9000000124,"u":9000000130,"b":[["0.16233000","47000.00000000"],["0.16230000","0.00000000"]],"a":[["0.16234000","53000.00000000"]]}',
  'dogeusdt@depth5@100ms':
    '{"lastUpdateId":9000000130,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}',
  'dogeusdt@bookTicker':
    '{"u":9000000130,"s":"DOGEUSDT","b":"0.16233000","B":"47000.00000000","a":"0.16234000","A":"53000.00000000"}',
  'dogeusdt@trade':
    '{"e":"trade","E":1795305600124,"s":"DOGEUSDT","t":1200000001,"p":"0.16234000","q":"1500.00000000","T":1795305600123,"m":false,"M":true}',
  'dogeusdt@aggTrade':
    '{"e":"aggTrade","E":1795305600124,"s":"DOGEUSDT","a":810000007,"p":"0.16234000","q":"2320.00000000","f":1200000001,"l":1200000002,"T":1795305600123,"m":false,"M":true}',
  'dogeusdt@avgPrice':
    '{"e":"avgPrice","E":1795305600000,"s":"DOGEUSDT","i":"5m","w":"0.16228411","T":1795305599812}',
  'dogeusdt@kline_1m':
    '{"e":"kline","E":1795305600123,"s":"DOGEUSDT","k":{"t":1795305600000,"T":1795305659999,"s":"DOGEUSDT","i":"1m","f":100,"L":200,"o":"0.16230000","c":"0.16234000","h":"0.16234000","l":"0.16230000","v":"1000.00000000","n":100,"x":false,"q":"162.34000000","V":"500.00000000","Q":"81.17000000","B":"0"}}',
  'dogeusdt@miniTicker':
    '{"e":"24hrMiniTicker","E":1795305600123,"s":"DOGEUSDT","c":"0.16230000","o":"0.16234000","h":"0.16234000","l":"0.16230000","v":"1000.00000000","q":"162.34000000"}',
  'dogeusdt@ticker':
    '{"e":"24hrTicker","E":1795305600123,"s":"DOGEUSDT","p":"0.00010000","P":"0.062","w":"0.16230000","x":"0.16230000","c":"0.16230000","Q":"10.00000000","b":"0.16230000","B":"10.00000000","a":"0.16230000","A":"10.00000000","o":"0.16230000","h":"0.16230000","l":"0.16230000","v":"10.00000000","q":"10.00000000","O":1,"C":2,"F":0,"L":18,"n":18}',
};

for (const [name, example] of Object.entries(EXAMPLES)) {
  test(`${name} has the venue's keys, order and decimals`, () => {
    const stage = stageWithBook();
    const { texts } = listen(stage, name);
    stage.buy(stage.spot, 16_234, 1_500);
    stage.buy(stage.spot, 16_232, 1_500);
    stage.runTo(3_000);
    const [first] = texts();
    assert.ok(first, 'a message came');
    assert.equal(shapeOf(first), shapeOf(example));
  });
}

test('a depth message holds each changed level once, best first, with ids in a row', () => {
  const stage = stageWithBook();
  const { texts } = listen(stage, 'dogeusdt@depth@100ms');
  stage.buy(stage.spot, 16_234, 777);
  stage.buy(stage.spot, 16_234, 1_000);
  stage.buy(stage.spot, 16_231, 5);
  stage.runTo(100);
  stage.runTo(300);
  stage.sell(stage.spot, 16_233, 48_210);
  stage.runTo(400);
  assert.deepEqual(texts(), [
    '{"e":"depthUpdate","E":1795305600100,"s":"DOGEUSDT","U":9000000004,"u":9000000006,"b":[["0.16231000","5.00000000"]],"a":[["0.16234000","50000.00000000"]]}',
    '{"e":"depthUpdate","E":1795305600400,"s":"DOGEUSDT","U":9000000007,"u":9000000007,"b":[["0.16233000","0.00000000"]],"a":[]}',
  ]);
});

test('two speeds of depth do not take from each other', () => {
  const stage = stageWithBook();
  const fast = listen(stage, 'dogeusdt@depth@100ms');
  const slow = listen(stage, 'dogeusdt@depth');
  for (let step = 1; step <= 5; step++) {
    stage.buy(stage.spot, 16_200 + step, 10);
    stage.runTo(step * 100);
  }
  stage.runTo(1_000);
  assert.equal(fast.texts().length, 5);
  const [only, ...more] = slow.texts();
  assert.match(only ?? '', /"U":9000000004,"u":9000000008/);
  assert.equal(more.length, 0);
});

test('fills of one taker at one price are one aggregate, each fill a trade', () => {
  const stage = stageWithBook();
  stage.sell(stage.spot, 16_234, 100);
  stage.sell(stage.spot, 16_235, 100);
  const trades = listen(stage, 'dogeusdt@trade');
  const aggregates = listen(stage, 'dogeusdt@aggTrade');
  stage.buy(stage.spot, 16_235, 51_927);
  const aggregate = JSON.parse(aggregates.texts()[0] ?? '');
  assert.deepEqual(
    [aggregate.f, aggregate.l, aggregate.q],
    [1200000001, 1200000002, '51877.00000000'],
  );
  assert.deepEqual(
    trades.texts().map((text) => JSON.parse(text).t),
    [1200000001, 1200000002, 1200000003],
  );
  assert.equal(aggregates.texts().length, 2);
});

test('a reference price is null, and its stream says so every second', () => {
  const stage = stageWithBook();
  const { texts } = listen(stage, 'dogeusdt@referencePrice');
  stage.runTo(1_000);
  assert.deepEqual(texts(), ['{"e":"referencePrice","s":"DOGEUSDT","r":null,"t":1795305601000}']);
});

test('times in microseconds and the envelope are made of the same message', () => {
  const stage = stageWithBook();
  const { frames } = listen(stage, 'dogeusdt@trade');
  stage.runTo(7);
  stage.buy(stage.spot, 16_234, 1);
  const body =
    '"s":"DOGEUSDT","t":1200000001,"p":"0.16234000","q":"1.00000000","T":1795305600007000,"m":false,"M":true}';
  assert.equal(
    frames[0]?.text('MICROSECOND', true),
    `{"stream":"dogeusdt@trade","data":{"e":"trade","E":1795305600007000,${body}}`,
  );
});

test('a stream that was left says nothing more', () => {
  const stage = stageWithBook();
  const { frames, stop } = listen(stage, 'dogeusdt@depth@100ms');
  stop();
  stage.buy(stage.spot, 16_220, 1);
  stage.runTo(1_000);
  assert.equal(frames.length, 0);
});

test('bars of days may follow the clock of UTC+8', () => {
  const stage = stageWithBook();
  const { texts } = listen(stage, 'dogeusdt@kline_1d@+08:00');
  stage.buy(stage.spot, 16_234, 1);
  stage.runTo(2_000);
  const { t, T } = JSON.parse(texts()[0] ?? '').k;
  assert.deepEqual([t, T], [1_795_276_800_000, 1_795_363_199_999]);
});

for (const name of [
  'DOGEUSDT@depth',
  'dogeusdt@depth@250ms',
  'dogeusdt@depth7',
  'dogeusdt@kline_7m',
  'dogeusdt@kline_1m@+09:00',
  'xyz@trade',
  'dogeusdt@trade@100ms',
  '!bookTicker',
  'dogeusdt@kline_constructor',
]) {
  test(`there is no spot stream ${name}`, () => {
    assert.equal(spotStream(new PublicStage().spotData, name), null);
  });
}
