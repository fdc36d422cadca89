/**
 * Goal: every private event becomes the event the simulated venue would send, exactly; 64-bit ids survive.
 * Method: the messages of the protocol, changed field by field; then damage.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import type { AccountEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, ReportReason } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros } from '#units/integers.ts';
import { PrivateFrameKind } from './private-frame.ts';
import { SpotPrivateDecoder } from './spot-private.ts';
import { UsdmPrivateDecoder } from './usdm-private.ts';
import { UserFrameError } from './user-fields.ts';

const AT = 1_795_305_600_200_000 as EpochMicros;
/** "mm-7" is our order 7. */
const readOrderId = (text: string): ClientOrderId =>
  Number(/^mm-(\d+)$/.exec(text)?.[1] ?? 0) as ClientOrderId;

function decoders() {
  const shared = { channel: ReportChannel.USER_STREAM, readOrderId };
  return {
    spot: new SpotPrivateDecoder({ ...shared, instrument: testInstrument(Market.SPOT) }),
    usdm: new UsdmPrivateDecoder({ ...shared, instrument: testInstrument(Market.PERPETUAL) }),
  };
}

const SPOT_FILL = {
  e: 'executionReport',
  E: 1795305604412,
  s: 'DOGEUSDT',
  c: 'mm-7',
  S: 'BUY',
  o: 'LIMIT_MAKER',
  f: 'GTC',
  q: '2000.00000000',
  p: '0.16230000',
  C: '',
  x: 'TRADE',
  X: 'PARTIALLY_FILLED',
  r: 'NONE',
  i: 11900000001,
  l: '800.00000000',
  z: '800.00000000',
  L: '0.16230000',
  n: '0.80000000',
  N: 'DOGE' as string | null,
  T: 1795305604411,
  t: 1200000055,
  I: 26100000090,
  m: true,
};
const spotText = (changes: object = {}): string =>
  JSON.stringify({ subscriptionId: 0, event: { ...SPOT_FILL, ...changes } });

function events(decoder: SpotPrivateDecoder | UsdmPrivateDecoder, text: string): AccountEvent[] {
  const found: AccountEvent[] = [];
  decoder.decode(text, AT, (event) => found.push(event));
  return found;
}

function report(decoder: SpotPrivateDecoder | UsdmPrivateDecoder, text: string): ExecutionReport {
  const [event] = events(decoder, text);
  assert.ok(event instanceof ExecutionReport);
  return event;
}

test('a spot fill, field by field', () => {
  const fill = report(decoders().spot, spotText());
  assert.equal(fill.status, ReportStatus.PARTIALLY_FILLED);
  assert.equal(fill.clientOrderId, 7);
  assert.equal(fill.venueOrderIdHigh * 2 ** 32 + fill.venueOrderIdLow, 11_900_000_001);
  assert.deepEqual(
    [fill.priceTicks, fill.quantityLots, fill.filledLots, fill.lastPriceTicks],
    [16_230, 2_000, 800, 16_230],
  );
  assert.deepEqual([fill.lastQuantityLots, fill.tradeId, fill.isMaker], [800, 1_200_000_055, true]);
  assert.equal(fill.commissionUnits, 80_000_000);
  assert.equal(fill.commissionAsset, CommissionAsset.BASE);
  assert.equal(fill.venueTimeMicros, 1_795_305_604_411_000);
  assert.equal(fill.channel, ReportChannel.USER_STREAM);
});

for (const [changes, status, reason, why] of [
  [{ x: 'NEW', X: 'NEW', t: -1 }, ReportStatus.ACCEPTED, ReportReason.NONE, 'a new order'],
  [{ X: 'FILLED', z: '2000' }, ReportStatus.FILLED, ReportReason.NONE, 'the last fill'],
  [
    { x: 'CANCELED', X: 'CANCELED', c: 'web_1', C: 'mm-7' },
    ReportStatus.CANCELED,
    ReportReason.NONE,
    'a cancel: our id stands behind',
  ],
  [
    { x: 'REPLACED', X: 'NEW', c: 'xyz', C: 'mm-7' },
    ReportStatus.AMENDED,
    ReportReason.NONE,
    'an amend',
  ],
  [
    { x: 'EXPIRED', X: 'EXPIRED', eR: 'UNFILLED_IOC_QUANTITY_EXPIRED' },
    ReportStatus.EXPIRED,
    ReportReason.UNFILLED_REMAINDER,
    'an IOC remainder',
  ],
  [
    { x: 'EXPIRED', X: 'EXPIRED', f: 'FOK' },
    ReportStatus.EXPIRED,
    ReportReason.FOK_UNFILLABLE,
    'a FOK that could not be filled, in the old shape',
  ],
  [
    { x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH' },
    ReportStatus.EXPIRED_IN_MATCH,
    ReportReason.SELF_TRADE,
    'an end by self-trade prevention',
  ],
  [
    { x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES' },
    ReportStatus.REJECTED,
    ReportReason.INSUFFICIENT_BALANCE,
    'a late rejection',
  ],
] as const) {
  test(`spot: ${why}`, () => {
    const found = report(decoders().spot, spotText(changes));
    assert.equal(found.status, status);
    assert.equal(found.reason, reason);
    assert.equal(found.clientOrderId, 7);
  });
}

test('after an amend under a new id the order is still ours', () => {
  const { spot } = decoders();
  report(spot, spotText({ x: 'NEW', X: 'NEW' }));
  assert.equal(report(spot, spotText({ c: 'made-by-the-venue', C: '' })).clientOrderId, 7);
});

test('what self-trade prevention took is no part of the order any more', () => {
  assert.equal(report(decoders().spot, spotText({ A: '500.00000000' })).quantityLots, 1_500);
});

test('a commission of null is none, one in another asset is the fee asset', () => {
  const { spot } = decoders();
  const none = report(spot, spotText({ n: '0', N: null }));
  assert.equal(none.commissionAsset, CommissionAsset.NONE);
  assert.equal(report(spot, spotText({ N: 'BNB' })).commissionAsset, CommissionAsset.FEE_ASSET);
});

test('spot balances by slot; assets of others are nothing', () => {
  const found = events(
    decoders().spot,
    '{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1795305604412,"u":1795305604411,"B":[{"a":"DOGE","f":"50799.20000000","l":"0.00000000"},{"a":"XRP","f":"1","l":"0"},{"a":"USDT","f":"9675.40000000","l":"194.76000000"}]}}',
  );
  assert.deepEqual(
    found.map((one) => ('slot' in one ? [one.slot, one.freeUnits, one.lockedUnits] : null)),
    [
      [BalanceSlot.SPOT_BASE, 5_079_920_000_000, 0],
      [BalanceSlot.SPOT_QUOTE, 967_540_000_000, 19_476_000_000],
    ],
  );
});

test('answers, ends and changes without a result are told as such', () => {
  const { spot, usdm } = decoders();
  const kind = (text: string): PrivateFrameKind => spot.decode(text, AT, () => assert.fail());
  assert.equal(
    kind('{"id":"a","status":400,"error":{"code":-2035,"msg":"active"}}'),
    PrivateFrameKind.ANSWER,
  );
  assert.deepEqual(spot.answer, { id: 'a', status: 400, message: '-2035 active' });
  assert.equal(
    kind('{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}}'),
    PrivateFrameKind.ENDED,
  );
  assert.equal(kind('{"event":{"e":"serverShutdown","E":1}}'), PrivateFrameKind.SERVER_SHUTDOWN);
  assert.equal(
    kind('{"subscriptionId":0,"event":{"e":"balanceUpdate","E":1,"a":"USDT","d":"1","T":1}}'),
    PrivateFrameKind.UNTOLD,
  );
  assert.equal(
    usdm.decode('{"e":"listenKeyExpired","E":1,"listenKey":"a"}', AT, () => assert.fail()),
    PrivateFrameKind.ENDED,
  );
  assert.equal(
    usdm.decode('{"e":"TRADE_LITE","s":"DOGEUSDT","t":5}', AT, () => assert.fail()),
    PrivateFrameKind.IGNORED,
  );
});

const USDM_FILL =
  '{"e":"ORDER_TRADE_UPDATE","E":1795305604420,"T":1795305604411,"o":{"s":"DOGEUSDT","c":"mm-9","S":"SELL","o":"LIMIT","f":"GTX","q":"2000","p":"0.162310","x":"TRADE","X":"FILLED","i":8389765612345678901,"l":"800","z":"2000","L":"0.162310","n":"0.02596960","N":"USDT","T":1795305604411,"t":2100000055,"m":true,"er":"0"}}';

test('a perpetual fill; its order id is beyond 2^53', () => {
  const fill = report(decoders().usdm, USDM_FILL);
  assert.equal(
    BigInt(fill.venueOrderIdHigh) * 2n ** 32n + BigInt(fill.venueOrderIdLow),
    8_389_765_612_345_678_901n,
  );
  assert.equal(fill.status, ReportStatus.FILLED);
  assert.equal(fill.clientOrderId, 9);
  assert.equal(fill.commissionUnits, 2_596_960);
  assert.equal(fill.commissionAsset, CommissionAsset.MARGIN);
});

test('an account update is position, then wallet; funding comes as its own event', () => {
  const { usdm } = decoders();
  const order =
    '{"e":"ACCOUNT_UPDATE","E":1795305604420,"T":1795305604411,"a":{"m":"ORDER","B":[{"a":"USDT","wb":"10000.12345678","cw":"1","bc":"0"}],"P":[{"s":"DOGEUSDT","pa":"-800","ep":"0.16231","ps":"BOTH"}]}}';
  const [position, wallet] = events(usdm, order);
  assert.ok(position !== undefined && 'positionLots' in position);
  assert.deepEqual([position.positionLots, position.entryPriceUnits], [-800, 16_231_000]);
  assert.ok(wallet !== undefined && 'slot' in wallet);
  assert.deepEqual([wallet.slot, wallet.freeUnits], [BalanceSlot.PERP_MARGIN, 1_000_012_345_678]);
  const funding =
    '{"e":"ACCOUNT_UPDATE","E":1795305604420,"T":1795305604411,"a":{"m":"FUNDING_FEE","B":[{"a":"USDT","wb":"99","cw":"1","bc":"-0.5"}]}}';
  const [paid] = events(usdm, funding);
  assert.ok(paid !== undefined && 'amountUnits' in paid);
  assert.equal(paid.amountUnits, -50_000_000);
});

test('random damage gives events or a UserFrameError, and no half events', () => {
  let state = 3;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  const { spot, usdm } = decoders();
  for (let round = 0; round < 5_000; round++) {
    const source = round % 2 === 0 ? spotText() : USDM_FILL;
    const bytes = Buffer.from(source);
    for (let change = 0; change <= round % 3; change++) bytes[random(bytes.length)] = random(256);
    try {
      events(round % 2 === 0 ? spot : usdm, bytes.toString('utf8'));
    } catch (error) {
      assert.ok(error instanceof UserFrameError, String(error));
      assert.ok(error.remedy.length > 0);
    }
  }
});

test('a word that names something of every object is an unknown word', () => {
  const { spot, usdm } = decoders();
  const found: AccountEvent[] = [];
  for (const word of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const kind = spot.decode(spotText({ x: word }), AT, (event) => found.push(event));
    assert.equal(kind, PrivateFrameKind.UNTOLD, word);
    const order = { s: 'DOGEUSDT', x: word };
    const text = JSON.stringify({ e: 'ORDER_TRADE_UPDATE', T: 1795305604411, o: order });
    assert.equal(
      usdm.decode(text, AT, (event) => found.push(event)),
      PrivateFrameKind.UNTOLD,
    );
  }
  assert.deepEqual(found, []);
  const refused = report(spot, spotText({ x: 'REJECTED', r: 'constructor' }));
  assert.equal(refused.reason, ReportReason.OTHER);
});

for (const [what, change] of [
  ['a quantity below zero', { q: '-2000.00000000' }],
  ['a filled quantity below zero', { z: '-1' }],
  ['a price with a sign', { p: '+0.16230000' }],
  ['more prevented than there was', { A: '2001.00000000' }],
  ['a fee with two signs', { n: '--0.8' }],
  ['a time before 2001', { T: 1 }],
  ['a time beyond exact microseconds', { T: 9795305614411 }],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => events(decoders().spot, spotText(change)), UserFrameError);
  });
}
