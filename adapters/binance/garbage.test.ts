/**
 * Goal: whatever bytes a venue, or somebody in its place, sends: each way in gives its own typed error or
 * a verdict, and nothing else.
 * Method: good messages of every kind, cut, flipped, doubled and with values replaced, from a fixed seed,
 * into every decoder of this folder. A longer run is the fuzzer's.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AT, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import {
  bundledExchangeInfo,
  InstrumentError,
  instrumentFromExchangeInfo,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { FrameError } from '#adapters/binance/frames/frames.ts';
import { SbeDecoder, SbeError } from '#adapters/binance/sbe/sbe.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { judgeTerms, readCommission } from '#adapters/binance/start-checks/instrument-terms.ts';
import { judgeKey } from '#adapters/binance/start-checks/key-permissions.ts';
import { GatewayScene } from '#adapters/binance/trading/gateway.test-support.ts';
import {
  APIRateLimiter,
  rateLimitsOf,
  SPOT_RATE_LIMITS,
} from '#adapters/binance/trading/rate-limiter.ts';
import { judge, parseExact } from '#adapters/binance/trading/request-outcome.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import { SpotPrivateDecoder } from '#adapters/binance/user-stream/spot-private.ts';
import { UsdmPrivateDecoder } from '#adapters/binance/user-stream/usdm-private.ts';
import { UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { CommandKind } from '#contracts/commands.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { NO_ORDER } from '#units/integers.ts';

const COUNT = 3_000;

/** Numbers from 0 up to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const VALUES = [
  'null',
  'true',
  '""',
  '"x"',
  '{}',
  '[]',
  '[[]]',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  '-9223372036854775808',
  '18446744073709551616',
  '1.5',
  '"-5"',
  '"1e5"',
  '"99999999999999999999"',
  '"0.123456789012"',
  '"NaN"',
  '[["0.1"]]',
  '[["0.16233000","1.0","2"]]',
  '"\\ud800"',
  '{"a":{"a":{}}}',
];

function spoilText(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return (
        text.slice(0, at) + String.fromCharCode(Math.floor(random() * 300)) + text.slice(at + 1)
      );
    case 2:
      return text.slice(0, at) + text.slice(Math.max(0, at - 20));
    case 3:
      return text.slice(0, at) + text.slice(at + Math.floor(random() * 12));
    default: {
      // One value of one field.
      const fields = [...text.matchAll(/:("[^"]*"|-?[\d.]+|true|false|null)/g)];
      const field = fields[Math.floor(random() * fields.length)];
      if (field === undefined) return text;
      const value = VALUES[Math.floor(random() * VALUES.length)] ?? '';
      return `${text.slice(0, field.index + 1)}${value}${text.slice(field.index + field[0].length)}`;
    }
  }
}

function spoilBytes(bytes: Buffer, random: () => number): Buffer {
  const spoilt = Buffer.from(bytes);
  for (let change = 0; change < 1 + random() * 3; change++) {
    spoilt[Math.floor(random() * spoilt.length)] = Math.floor(random() * 256);
  }
  return random() < 0.3 ? spoilt.subarray(0, Math.floor(random() * spoilt.length)) : spoilt;
}

/** Runs it on spoilt copies of the samples; how many got through. Any other error fails. */
function bombard(
  samples: readonly string[],
  error: new (...values: never[]) => Error,
  read: (text: string) => void,
): number {
  const random = randomFrom(7);
  let good = 0;
  for (let count = 0; count < COUNT; count++) {
    let text = samples[count % samples.length] ?? '';
    for (let turn = 0; turn <= count % 3; turn++) text = spoilText(text, random);
    try {
      read(text);
      good += 1;
    } catch (thrown) {
      if (!(thrown instanceof error)) assert.fail(`${String(thrown)} at ${text.slice(0, 400)}`);
    }
  }
  return good;
}

const SPOT_FRAMES = [
  '{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":9000000124,"u":9000000130,"b":[["0.16233000","47000.00000000"],["0.16230000","0.00000000"]],"a":[["0.16234000","53000.00000000"]]}',
  '{"lastUpdateId":9000000130,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}',
  '{"u":9000000130,"s":"DOGEUSDT","b":"0.16233000","B":"47000.00000000","a":"0.16234000","A":"53000.00000000"}',
  '{"stream":"dogeusdt@trade","data":{"e":"trade","E":1795305600124,"s":"DOGEUSDT","t":1200000001,"p":"0.16234000","q":"1500.00000000","T":1795305600123,"m":false,"M":true}}',
  '{"result":null,"id":1}',
  '{"code":2,"msg":"Invalid request"}',
  '{"e":"serverShutdown","E":1795305600123}',
];
const USDM_FRAMES = [
  '{"e":"depthUpdate","E":1795305600151,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","U":10871223400120,"u":10871223405544,"pu":10871223400087,"b":[["0.162310","120344"]],"a":[["0.162320","0"],["0.162330","88110"]],"st":1}',
  '{"e":"bookTicker","u":10871223405544,"E":1795305600141,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","b":"0.162310","B":"120344","a":"0.162330","A":"88110","st":1}',
  '{"e":"aggTrade","E":1795305600160,"a":2900000001,"s":"DOGEUSDT","p":"0.162330","q":"4100","nq":"4000","f":5100000001,"l":5100000004,"T":1795305600012,"m":false,"st":1}',
  '{"e":"markPriceUpdate","E":1795305601000,"s":"DOGEUSDT","p":"0.162315","ap":"0.162309","i":"0.162300","P":"0.162411","r":"0.00010000","T":1795334400000,"st":1}',
];
const SPOT_PRIVATE = [
  '{"subscriptionId":0,"event":{"e":"executionReport","E":1795305604412,"s":"DOGEUSDT","c":"mm-1-1","S":"BUY","o":"LIMIT_MAKER","f":"GTC","q":"2000.00000000","p":"0.16230000","P":"0.0","F":"0.0","g":-1,"C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":11900000001,"l":"800.00000000","z":"800.00000000","L":"0.16230000","n":"0.80000000","N":"DOGE","T":1795305604411,"t":1200000055,"I":26100000090,"w":true,"m":true,"M":true,"O":1795305600130,"Z":"129.8","Y":"129.8","Q":"0.0","W":1795305600130,"V":"EXPIRE_MAKER"}}',
  '{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1795305604412,"u":1795305604411,"B":[{"a":"DOGE","f":"50799.20000000","l":"0.00000000"},{"a":"USDT","f":"9675.40000000","l":"194.76000000"}]}}',
  '{"subscriptionId":0,"event":{"e":"balanceUpdate","E":1795305700110,"a":"USDT","d":"100.0","T":1795305700068}}',
  '{"id":"a-1","status":200,"result":{"subscriptionId":0}}',
  '{"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key"}}',
];
const USDM_PRIVATE = [
  '{"e":"ORDER_TRADE_UPDATE","E":1795305604420,"T":1795305604411,"o":{"s":"DOGEUSDT","c":"mm-1-1","S":"BUY","o":"LIMIT","f":"GTX","q":"2000","p":"0.162310","ap":"0.162310","sp":"0","x":"TRADE","X":"PARTIALLY_FILLED","i":90000000001,"l":"800","z":"800","L":"0.162310","n":"0.02596960","N":"USDT","T":1795305604411,"t":2100000055,"m":true,"R":false,"ps":"BOTH","rp":"0","er":"0"}}',
  '{"e":"ACCOUNT_UPDATE","E":1795305604420,"T":1795305604411,"a":{"m":"FUNDING_FEE","B":[{"a":"USDT","wb":"10000.12345678","cw":"10000.1","bc":"-0.5"}],"P":[{"s":"DOGEUSDT","pa":"-800","ep":"0.16231","up":"0.004","mt":"cross","ps":"BOTH"}]}}',
  '{"e":"listenKeyExpired","E":1795309200000,"listenKey":"abc"}',
];
const BINARY = [
  '1a0013270100000040028f28d26006007c1a711802000000821a711802000000fb0010000200693f00000000000098b7000000000000663f0000000000000000000000000000100001006a3f00000000000008cf00000000000008444f474555534454',
  '120010270100000040028f28d2600600c1f48e28d2600600fb00190002000000018c8647000000006a3f000000000000dc0500000000000001028c864700000000693f00000000000034030000000000000108444f474555534454',
  '320011270100000040028f28d26006007b1a711802000000fb00693f00000000000052bc0000000000006a3f00000000000041ca00000000000008444f474555534454',
];

test('market frames: a FrameError or a kind', () => {
  for (const [market, samples] of [
    [Market.SPOT, SPOT_FRAMES],
    [Market.PERPETUAL, USDM_FRAMES],
  ] as const) {
    const instrument = testInstrument(market);
    const decoder =
      market === Market.SPOT ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
    const good = bombard(samples, FrameError, (text) => {
      const bytes = Buffer.from(text, 'utf8');
      decoder.decode(bytes, 0, bytes.length, AT);
    });
    assert.ok(good > 100 && good < COUNT);
  }
});

test('binary frames: an SbeError or events', () => {
  const decoder = new SbeDecoder(testInstrument(Market.SPOT));
  const random = randomFrom(3);
  for (let count = 0; count < COUNT; count++) {
    const bytes = spoilBytes(Buffer.from(BINARY[count % BINARY.length] ?? '', 'hex'), random);
    try {
      decoder.decode(bytes, AT, () => undefined);
    } catch (error) {
      if (!(error instanceof SbeError)) throw error;
    }
  }
});

test('private frames: a UserFrameError or a kind, and no event that cannot be', () => {
  for (const [market, samples] of [
    [Market.SPOT, SPOT_PRIVATE],
    [Market.PERPETUAL, USDM_PRIVATE],
  ] as const) {
    const options = {
      instrument: testInstrument(market),
      channel: ReportChannel.USER_STREAM,
      readOrderId: () => NO_ORDER,
    };
    const decoder =
      market === Market.SPOT ? new SpotPrivateDecoder(options) : new UsdmPrivateDecoder(options);
    bombard(samples, UserFrameError, (text) => {
      decoder.decode(text, AT, (event) => {
        for (const [name, value] of Object.entries(event)) {
          if (typeof value !== 'number') continue;
          assert.ok(Number.isSafeInteger(value), `${name} ${value} of ${text}`);
          const isSigned = /^(positionLots|amountUnits|commissionUnits|tradeId|freeUnits)$/.test(
            name,
          );
          assert.ok(isSigned || value >= 0, `${name} ${value} of ${text}`);
        }
      });
    });
  }
});

test('answers: text gives a SyntaxError or a value, every value gives a verdict', () => {
  const samples = [...SPOT_PRIVATE, '{"code":-2010,"msg":"Duplicate order sent.","data":{"a":1}}'];
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    bombard(samples, SyntaxError, (text) => {
      const body = parseExact(text);
      for (const status of [200, 400, 429, 503]) judge(market, { kind: 'ANSWER', status, body });
    });
  }
});

test('the gateway: whatever is answered, every order has its report', async () => {
  const random = randomFrom(11);
  const order =
    '{"symbol":"DOGEUSDT","orderId":11900000001,"clientOrderId":"mm-1-2","origClientOrderId":"mm-1-2","price":"0.16230000","origQty":"2000.00000000","executedQty":"500.00000000","status":"CANCELED","side":"BUY","transactTime":1795305600130}';
  const halves = `{"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":${order},"newOrderResponse":${order}}`;
  const kinds = [
    CommandKind.PLACE_ORDER,
    CommandKind.CANCEL_ORDER,
    CommandKind.AMEND_ORDER,
    CommandKind.REPLACE_ORDER,
    CommandKind.QUERY_ORDER,
  ];
  for (let count = 0; count < 600; count++) {
    const kind = kinds[count % kinds.length] as (typeof kinds)[number];
    const sample = kind === CommandKind.REPLACE_ORDER ? halves : order;
    const text = spoilText(
      kind === CommandKind.AMEND_ORDER ? `{"amendedOrder":${order}}` : sample,
      random,
    );
    let body: unknown = null;
    try {
      body = parseExact(text);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
    const status = random() < 0.7 ? 200 : 409;
    const scene = new GatewayScene(count % 2 === 0 ? Market.SPOT : Market.PERPETUAL, () => ({
      kind: 'ANSWER',
      status,
      body,
    }));
    const found = await scene.order({ kind });
    assert.ok(found.length > 0, `${kind} ${status} ${text}`);
  }
});

test('rules, limits and permissions: their own errors, or a finding', () => {
  const info = JSON.stringify(bundledExchangeInfo(Market.SPOT));
  const ours = testInstrument(Market.SPOT);
  bombard([info], Error, (text) => {
    let value: unknown;
    try {
      value = parseExact(text);
    } catch {
      return;
    }
    rateLimitsOf(value);
    new APIRateLimiter(SPOT_RATE_LIMITS).observeRows(value, AT);
    judgeTerms(value, ours);
    try {
      instrumentFromExchangeInfo(value, Market.SPOT, 'DOGEUSDT', ours);
    } catch (error) {
      if (!(error instanceof InstrumentError)) assert.fail(String(error));
    }
  });
  const answers = [
    '{"ipRestrict":true,"enableWithdrawals":false,"enableFutures":true,"enableSpotAndMarginTrading":true,"tradingAuthorityExpirationTime":1}',
    '{"standardCommission":{"maker":"0.001","taker":"0.001","buyer":"0","seller":"0"}}',
  ];
  bombard(answers, UserFrameError, (text) => {
    let value: unknown;
    try {
      value = parseExact(text);
    } catch {
      return;
    }
    judgeKey(value, Market.SPOT, 1);
    readCommission(value, Market.SPOT);
  });
});
