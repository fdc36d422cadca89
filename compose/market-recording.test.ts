/**
 * Goal: what a venue sends over two connections is recorded once, without a hole when one is cut, with
 * the outage told when both are; the files pass the quality check by themselves.
 * Method: a small local venue over real sockets, a second and a half.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { environmentOf, withBases } from '#adapters/binance/environments/environments.ts';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import type { RecordedFile } from '#adapters/binance/recorder/recorder.ts';
import { checkRecordings } from '#adapters/binance/recording/check.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { type InstrumentIndex, rateUnits } from '#units/integers.ts';
import { MarketRecording } from './market-recording.ts';
import { hostWays } from './venue-paper.ts';
import { VenueServer } from './venue-server.test-support.ts';

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

function instrument(market: Market): Instrument {
  return bundledInstrument(market, 'DOGEUSDT', {
    index: 0 as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: rateUnits(0),
    takerFeeRate: rateUnits(0),
    feeAsset: '',
    feeAssetDiscountRate: rateUnits(0),
  });
}

async function record(market: Market, during: (server: VenueServer) => Promise<void>) {
  const server = new VenueServer();
  const port = await server.listen();
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-record-'));
  const files: RecordedFile[] = [];
  const http = `http://127.0.0.1:${port}`;
  const ws = `ws://127.0.0.1:${port}`;
  const environment = withBases(environmentOf('testnet'), {
    spotRest: http,
    spotStreams: ws,
    usdmRest: http,
    usdmStreams: ws,
  });
  const recording = new MarketRecording({
    ways: hostWays(environment, () => undefined),
    instrument: instrument(market),
    directory,
    ageMicrosMax: 700_000,
    sizeMax: 1e9,
    onClosed: (file) => files.push(file),
    onFailure: (error) => assert.fail(String(error)),
  });
  recording.start();
  await during(server);
  recording.stop();
  await server.close();
  const report = await checkRecordings(files.map((one) => one.file));
  rmSync(directory, { recursive: true });
  return { files, counts: recording.counts, report };
}

test('spot: a cut connection leaves no hole and no outage; files rotate', async () => {
  const { files, counts, report } = await record(Market.SPOT, async (server) => {
    await pause(500);
    server.cut('one');
    await pause(1_000);
  });
  assert.ok(files.length >= 2);
  assert.ok(counts.lineCount > 100, String(counts.lineCount));
  assert.deepEqual([counts.holeCount, counts.outageCount], [0, 0]);
  assert.equal(
    report.files.reduce((sum, one) => sum + one.gaps, 0),
    0,
  );
  assert.ok(report.ok, JSON.stringify(report.files.map((one) => one.problems)));
});

test('the perpetual: both of its paths are recorded', async () => {
  const { counts, report } = await record(Market.PERPETUAL, () => pause(600));
  assert.ok(counts.lineCount > 40);
  assert.ok(report.ok, JSON.stringify(report.files.map((one) => one.problems)));
});

test('losing both connections is an outage beside the file', async () => {
  const { files, counts } = await record(Market.SPOT, async (server) => {
    await pause(400);
    server.cut('all');
    await pause(900);
  });
  assert.equal(counts.outageCount, 1);
  const outages = files.flatMap((file) => file.outages);
  assert.ok(outages.some((one) => one.toMicros > one.fromMicros));
});
