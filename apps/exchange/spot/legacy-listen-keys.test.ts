/**
 * Goal: with `--legacy` old clients get their private events by a listen key; without it the paths are gone.
 * Method: an exchange of each kind, spoken to over real sockets.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestExchange } from '#apps/exchange/exchange.test-support.ts';
import { signedQuery, TestSocket } from '#apps/exchange/server/market-server.test-support.ts';

for (const isLegacy of [true, false]) {
  test(`listen keys ${isLegacy ? 'work with' : 'are gone without'} --legacy`, async () => {
    const world = await openTestExchange({ isLegacy });
    const { rest, streams } = world.exchange.addresses.spot;
    const key = world.key('demo-1-hmac');
    const headers = { 'x-mbx-apikey': key.apiKey };
    const ask = (method: string, path: string) =>
      fetch(`${rest}/api/v3/${path}`, { method, headers });
    const started = await ask('POST', 'userDataStream');
    assert.equal(started.status, isLegacy ? 200 : 404);
    if (isLegacy) {
      const { listenKey } = (await started.json()) as { listenKey: string };
      const socket = await TestSocket.open(`${streams}/ws/${listenKey}`);
      const order = 'symbol=DOGEUSDT&side=BUY&type=LIMIT_MAKER&quantity=100&price=0.15';
      await ask('POST', `order?${signedQuery(key, order)}`);
      assert.deepEqual(
        [(await socket.next()).x, (await socket.next()).e],
        ['NEW', 'outboundAccountPosition'],
      );
      assert.equal((await ask('PUT', `userDataStream?listenKey=${listenKey}`)).status, 200);
      assert.equal((await ask('PUT', 'userDataStream?listenKey=no')).status, 400);
      assert.equal((await ask('DELETE', `userDataStream?listenKey=${listenKey}`)).status, 200);
      assert.equal(await socket.next(), undefined);
    }
    await world.exchange.close();
  });
}
