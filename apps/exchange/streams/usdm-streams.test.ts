/**
 * Goal: every stream of the perpetual says what the venue's protocol prints, on its own path only, and
 * each depth speed chains by itself.
 * Method: a book moved by hand; shapes against the protocol's examples, chains followed message by message.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import { PublicStage, shapeOf } from './public-stage.test-support.ts';
import { type UsdmGroup, usdmStream, usdmUpdateId } from './usdm-streams.ts';

function listen(stage: PublicStage, group: UsdmGroup, name: string): () => readonly string[] {
  const texts: string[] = [];
  const source = usdmStream(stage.usdmData, group, name);
  assert.ok(source, name);
  source.open((frame) => texts.push(frame.text('MILLISECOND', false)));
  return () => texts;
}

function stageWithBook(): PublicStage {
  const stage = new PublicStage();
  stage.buy(stage.usdm, 16_231, 120_344);
  stage.sell(stage.usdm, 16_233, 88_110);
  stage.usdm.markPriceUnits = 16_231_500 as PriceUnits;
  stage.usdm.indexPriceUnits = 16_230_000 as PriceUnits;
  stage.usdm.fundingRate = 10_000 as RateUnits;
  stage.usdm.nextFundingMicros = 1_795_334_400_000_000 as EpochMicros;
  return stage;
}

const EXAMPLES: readonly (readonly [UsdmGroup, string, string])[] = [
  [
    'public',
    'dogeusdt@depth@100ms',
    '{"e":"depthUpdate","E":1795305600151,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","U":10871223400120,"u":10871223405544,"pu":10871223400087,"b":[],"a":[["0.162320","0"],["0.162330","88110"]],"st":1}',
  ],
  [
    'public',
    'dogeusdt@depth5',
    '{"e":"depthUpdate","E":1795305600151,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","U":10871223400120,"u":10871223405544,"pu":10871223400087,"b":[["0.162310","120344"]],"a":[["0.162330","88110"]],"st":1}',
  ],
  [
    'public',
    'dogeusdt@bookTicker',
    '{"e":"bookTicker","u":10871223405544,"E":1795305600141,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","b":"0.162310","B":"120344","a":"0.162330","A":"88110","st":1}',
  ],
  [
    'market',
    'dogeusdt@aggTrade',
    '{"e":"aggTrade","E":1795305600160,"a":2900000001,"s":"DOGEUSDT","p":"0.162330","q":"4100","nq":"4000","f":5100000001,"l":5100000004,"T":1795305600012,"m":false,"st":1}',
  ],
  [
    'market',
    'dogeusdt@markPrice@1s',
    '{"e":"markPriceUpdate","E":1795305601000,"s":"DOGEUSDT","p":"0.162315","ap":"0.162309","i":"0.162300","P":"0.162411","r":"0.00010000","T":1795334400000,"st":1}',
  ],
];

for (const [group, name, example] of EXAMPLES) {
  test(`${name} has the venue's keys, order and decimals`, () => {
    const stage = stageWithBook();
    const texts = listen(stage, group, name);
    stage.buy(stage.usdm, 16_233, 4_100);
    stage.runTo(3_000);
    assert.equal(shapeOf(texts()[0] ?? ''), shapeOf(example));
  });

  test(`${name} does not exist on the other path`, () => {
    const other = group === 'public' ? 'market' : 'public';
    assert.equal(usdmStream(stageWithBook().usdmData, other, name), null);
  });
}

test('the mark message by value', () => {
  const stage = stageWithBook();
  const texts = listen(stage, 'market', 'dogeusdt@markPrice');
  const all = listen(stage, 'market', '!markPrice@arr');
  stage.runTo(3_000);
  const expected =
    '{"e":"markPriceUpdate","E":1795305603000,"s":"DOGEUSDT","p":"0.162315","ap":"0.162315","i":"0.162300","P":"0.162315","r":"0.00010000","T":1795334400000,"st":1}';
  assert.deepEqual(texts(), [expected]);
  assert.deepEqual(all(), [`[${expected}]`]);
});

test('each speed chains by pu on its own, and starts where a snapshot can join it', () => {
  const stage = stageWithBook();
  const chains = ['dogeusdt@depth', 'dogeusdt@depth@100ms', 'dogeusdt@depth@500ms'].map((name) =>
    listen(stage, 'public', name),
  );
  let previous = chains.map(() => usdmUpdateId(stage.usdm.lastUpdateId));
  for (let step = 1; step <= 60; step++) {
    stage.buy(stage.usdm, 16_000 + (step % 7), step);
    stage.runTo(step * 50);
  }
  previous = chains.map((texts, index) => {
    let last = previous[index] as number;
    for (const text of texts()) {
      const { U, u, pu } = JSON.parse(text);
      assert.equal(pu, last);
      assert.ok(pu < U && U <= u, text);
      last = u;
    }
    return last;
  });
  assert.deepEqual(
    chains.map((texts) => texts().length),
    [12, 30, 6],
  );
  assert.deepEqual(
    previous,
    chains.map(() => usdmUpdateId(stage.usdm.lastUpdateId)),
  );
});

test('of the positions that the venue closes the largest of a second is told', () => {
  const stage = stageWithBook();
  const texts = listen(stage, 'market', 'dogeusdt@forceOrder');
  const all = listen(stage, 'market', '!forceOrder@arr');
  const order = {
    isBuy: false,
    quantityLots: 9_000,
    priceTicks: 16_150,
    averagePriceUnits: 16_220_000,
    filledLots: 9_000,
  };
  stage.runTo(890);
  stage.usdm.tellForcedOrder(order);
  stage.usdm.tellForcedOrder({ ...order, quantityLots: 8_000 });
  stage.runTo(3_000);
  assert.deepEqual(texts(), [
    '{"e":"forceOrder","E":1795305601000,"ps":"DOGEUSDT","st":1,"o":{"s":"DOGEUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"9000","p":"0.161500","ap":"0.162200","X":"FILLED","l":"9000","z":"9000","T":1795305600890}}',
  ]);
  assert.deepEqual(all(), texts());
});

test('tickers of all symbols come every five seconds', () => {
  const stage = stageWithBook();
  const texts = listen(stage, 'public', '!bookTicker');
  stage.runTo(10_000);
  assert.equal(texts().length, 2);
  assert.match(texts()[0] ?? '', /^\{"e":"bookTicker","u":\d+,"E":1795305605000/);
});

for (const [group, name] of [
  ['public', 'dogeusdt@depth@250ms'],
  ['public', 'DOGEUSDT@depth'],
  ['market', 'dogeusdt@kline_1s'],
  ['public', 'dogeusdt@depth@constructor'],
  ['market', 'dogeusdt@kline_1m@+08:00'],
  ['market', 'nobody@aggTrade'],
  ['market', 'dogeusdt@markPrice@3s'],
] as const) {
  test(`there is no stream ${name} on /${group}`, () => {
    assert.equal(usdmStream(new PublicStage().usdmData, group, name), null);
  });
}
