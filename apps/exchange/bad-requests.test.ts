/**
 * Goal: whatever a client sends, an operation answers or refuses in the venue's words; nothing breaks.
 * Method: every operation of both markets with drawn parameters, sane and insane; then frames and
 * requests of garbage over real sockets. Seeds stand in the message.
 */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { SeededRandom } from '#simulation/random/random.ts';
import type { EpochMicros } from '#units/integers.ts';
import { CallParameters } from './api/call-parameters.ts';
import { VenueError } from './api/venue-error.ts';
import { openTestExchange } from './exchange.test-support.ts';
import { TestSocket } from './server/market-server.test-support.ts';

const NAMES = [
  'symbol',
  'symbols',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'quoteOrderQty',
  'price',
  'orderId',
  'origClientOrderId',
  'newClientOrderId',
  'cancelReplaceMode',
  'cancelOrderId',
  'newQty',
  'limit',
  'fromId',
  'startTime',
  'endTime',
  'interval',
  'selfTradePreventionMode',
  'newOrderRespType',
  'strategyType',
  'preventedMatchId',
  'computeCommissionRates',
  'omitZeroBalances',
  'listenKey',
  'leverage',
  'marginType',
  'positionSide',
  'reduceOnly',
  'batchOrders',
  'orderIdList',
  'countdownTime',
  'period',
  'pair',
  'windowSize',
  'timeZone',
  'type',
  'showPermissionSets',
  'symbolStatus',
  'permissions',
] as const;
const VALUES = [
  'DOGEUSDT',
  'DOGEUSDT',
  'DOGEUSDT',
  'DOGEUSDT',
  'NOPE',
  '',
  'BUY',
  'SELL',
  'LIMIT',
  'MARKET',
  'LIMIT_MAKER',
  'GTC',
  'IOC',
  'FOK',
  '100',
  '0.15',
  '0.16',
  '1',
  '0',
  '-1',
  '1e9',
  'NaN',
  '99999999999999999999',
  '0.000000001',
  '9007199254740993',
  'null',
  '[]',
  '["DOGEUSDT"]',
  '[{}]',
  '{"a":1}',
  '[1,2',
  '１',
  "' OR 1=1",
  '__proto__',
  'constructor',
  'true',
  'FALSE',
  '1m',
  '5m',
  'BOTH',
  'LONG',
  'CROSSED',
  'STOP_ON_FAILURE',
  'ALLOW_FAILURE',
  'EXPIRE_MAKER',
  'FULL',
  'ACK',
  '11900000001',
  'TRADING',
  '+08:00',
  '1d',
  'a'.repeat(5_000),
] as const;

function draw(random: SeededRandom): ReadonlyMap<string, string> {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[random.integer(0, items.length - 1)] as Item;
  const values = new Map<string, string>();
  if (random.chance(0.8)) values.set('symbol', 'DOGEUSDT');
  for (let count = random.integer(0, 9); count > 0; count--) values.set(pick(NAMES), pick(VALUES));
  return values;
}

test('every operation answers or refuses whatever its parameters are', async () => {
  const { exchange, problems } = await openTestExchange({ isLegacy: true });
  const seed = 5;
  const random = new SeededRandom(seed);
  const operations = [...exchange.operations.spot, ...exchange.operations.usdm];
  let answered = 0;
  for (const operation of operations) {
    for (let round = 0; round < 300; round++) {
      const values = draw(random);
      const parameters = new CallParameters(values);
      const nowMicros = (Date.now() * 1_000) as EpochMicros;
      const accountId = operation.security === 'NONE' ? -1 : 0;
      const where = `seed ${seed}: ${operation.rest?.path ?? operation.socketMethod} ${JSON.stringify([...values])}`;
      try {
        operation.weight(parameters);
        operation.orders(parameters);
        JSON.stringify(
          operation.run({ door: 'REST', parameters, accountId, apiKey: '', nowMicros }),
        );
        answered += 1;
      } catch (error) {
        assert.ok(error instanceof VenueError, `${where}: ${(error as Error).stack}`);
        assert.ok(error.code < 0 && error.status >= 400, where);
      }
    }
  }
  assert.ok(answered > operations.length, 'hardly anything was answered: the draw is too wild');
  assert.deepEqual(problems, []);
  await exchange.close();
});

test('garbage over the wire ends in a refusal or a closed socket, and the exchange goes on', async () => {
  const { exchange, problems } = await openTestExchange();
  const { rest, wsApi, streams } = exchange.addresses.spot;
  const { port } = new URL(rest);
  for (const bytes of [
    '\0\0\0\0',
    'GET\r\n\r\n',
    `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
    'GET /ws/x HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end());
      socket.on('close', () => resolve());
      setTimeout(() => socket.destroy(), 300);
    });
  }
  for (const url of [
    wsApi,
    `${streams}/ws`,
    `${streams}/stream?streams=%zz`,
    `${streams}/ws/${'a'.repeat(3_000)}`,
  ]) {
    const socket = await TestSocket.open(url).catch(() => null);
    if (socket === null) continue;
    for (const text of [
      '{',
      'null',
      '{"id":1,"method":"order.place","params":{"symbol":{"a":[1.0,null]}}}',
    ]) {
      socket.socket.send(text);
    }
    socket.socket.send('x'.repeat(300_000));
    while ((await socket.next()) !== undefined);
    assert.ok(socket.closeCode >= 1_000);
  }
  assert.equal((await fetch(`${rest}/api/v3/ping`)).status, 200);
  assert.deepEqual(problems, []);
  await exchange.close();
});
