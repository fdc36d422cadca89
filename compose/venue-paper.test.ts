/**
 * Goal: a paper session on a venue's own data gets live books, keeps them when one connection is cut,
 * pulls its quotes when all are, comes back, and replays bit for bit.
 * Method: a small local venue over real sockets.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { environmentOf, withBases } from '#adapters/binance/environments/environments.ts';
import { loadConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import type { EpochMicros } from '#units/integers.ts';
import type { TradingSession } from './trading-session.ts';
import { openVenuePaper } from './venue-paper.ts';
import { VenueUnreachableError } from './venue-questions.ts';
import { VenueServer } from './venue-server.test-support.ts';

/** Runs the session at the pace of the wall. */
async function run(session: TradingSession, millis: number): Promise<void> {
  const until = performance.now() + millis;
  let last = performance.now();
  while (performance.now() < until) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    const now = performance.now();
    session.runUntil((session.nowMicros + Math.floor((now - last) * 1000)) as EpochMicros);
    last = now;
  }
}

async function open(port: number, directory: string): Promise<TradingSession> {
  const http = `http://127.0.0.1:${port}`;
  const ws = `ws://127.0.0.1:${port}`;
  return openVenuePaper({
    loaded: loadConfiguration({
      file: null,
      overrides: [
        { path: 'feed', value: 'binance' },
        { path: 'profile', value: 'naive-touch' },
        { path: 'session.durability', value: 'inline' },
      ],
    }),
    environment: withBases(environmentOf('testnet'), {
      spotRest: http,
      spotStreams: ws,
      usdmRest: http,
      usdmStreams: ws,
    }),
    directory,
    build: 'test',
    probe: new LatencyProbe(),
    onNote: () => undefined,
  });
}

test('books go live, survive one cut, are stale after all are cut, and come back', async () => {
  const server = new VenueServer();
  const port = await server.listen();
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-venue-paper-'));
  const session = await open(port, join(directory, 'session'));
  const { markets } = session.engine.marketData;
  session.start();
  await run(session, 1_500);
  assert.equal(markets.quoted.status, BookStatus.LIVE);
  assert.equal(markets.hedge.status, BookStatus.LIVE);
  assert.ok(session.openOrderCount > 0);
  server.cut('one');
  await run(session, 300);
  assert.equal(markets.quoted.status, BookStatus.LIVE);
  server.cut('all');
  await run(session, 60);
  assert.notEqual(markets.quoted.status, BookStatus.LIVE);
  await run(session, 1_500);
  assert.equal(markets.quoted.status, BookStatus.LIVE);
  assert.equal(session.shutDown(), 0);
  session.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

test('a venue that does not answer is an error that says where', async () => {
  const server = new VenueServer();
  const port = await server.listen();
  await server.close();
  await assert.rejects(open(port, 'nowhere'), (error) => {
    assert.ok(error instanceof VenueUnreachableError);
    assert.ok(error.where.includes('/api/v3/exchangeInfo'));
    return true;
  });
});
