/**
 * Goal: snapshots are fetched one at a time and not fast, and a refusal by rate silences us as long as told.
 * Method: answers by hand on virtual time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import type { HttpAnswer } from '#adapters/connection/http-get.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { Market } from '#contracts/instrument.ts';
import { SnapshotFetcher } from './snapshot-fetcher.ts';

function stand(answers: (HttpAnswer | Error)[]) {
  const timers = new VirtualTimers();
  const urls: string[] = [];
  const heard: string[] = [];
  let untilMicros = 0;
  const fetcher = new SnapshotFetcher({
    instrument: testInstrument(Market.SPOT),
    baseUrl: 'http://venue',
    get: async (url) => {
      urls.push(url);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing');
      return answer;
    },
    timers,
    onSnapshot: (event) => {
      if (event.kind === EventKind.DEPTH_SNAPSHOT) heard.push(`book ${event.lastUpdateId}`);
    },
    onSilence: (event) => {
      untilMicros = event.untilMicros;
    },
    onNote: () => heard.push('note'),
  });
  return { timers, urls, heard, fetcher, until: () => untilMicros };
}

const answer = (status: number, text: string, headers = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(text),
});
const BOOK = '{"lastUpdateId":77,"bids":[["0.16233000","47000.00000000"]],"asks":[]}';

test('a snapshot arrives; a second request comes a second later at the earliest', async () => {
  const { timers, urls, heard, fetcher } = stand([answer(200, BOOK), answer(200, BOOK)]);
  await Promise.all([fetcher.fetch(), fetcher.fetch()]);
  await fetcher.fetch();
  assert.deepEqual(urls, ['http://venue/api/v3/depth?symbol=DOGEUSDT&limit=1000']);
  timers.advance(1.1);
  await fetcher.fetch();
  assert.deepEqual(heard, ['book 77', 'book 77']);
});

test('after 429 nothing is asked until Retry-After is over', async () => {
  const { timers, urls, fetcher, until } = stand([
    answer(429, '{"code":-1003,"msg":"slow"}', { 'retry-after': '20' }),
    answer(200, BOOK),
  ]);
  await fetcher.fetch();
  assert.equal(until() - timers.nowMicros(), 20e6);
  timers.advance(19);
  await fetcher.fetch();
  assert.equal(urls.length, 1);
  timers.advance(1.1);
  await fetcher.fetch();
  assert.equal(urls.length, 2);
});

test('no answer, another status and bad content are notes, no books', async () => {
  const { timers, heard, fetcher } = stand([
    new Error('down'),
    answer(503, 'busy'),
    answer(200, '{"lastUpdateId":1'),
    answer(200, '{"result":null,"id":1}'),
  ]);
  for (let round = 0; round < 4; round++) {
    await fetcher.fetch();
    timers.advance(2);
  }
  assert.deepEqual(heard, ['note', 'note', 'note', 'note']);
});
