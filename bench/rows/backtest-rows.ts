/** A backtest as the command runs it, journal on disk included, beside reading the recordings alone. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { RecordingReader } from '#adapters/binance/recording/recording.ts';
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/workload.ts';
import {
  hasRecordings,
  openRecordedSession,
  openSyntheticSession,
  recordingPath,
  roundsOf,
  runToEnd,
  workloadOrigin,
} from '#bench/workload.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import { type InstrumentIndex, rateUnits } from '#units/integers.ts';

const WARM_UP_ROUNDS = 2;
const ROUNDS = 5;
const SYNTHETIC_SECONDS = 120;

export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const directory = join(workload.scratchDirectory, 'backtest');
  return [
    await measureTurns({
      name: 'engine.backtest',
      unit: 'events/s',
      ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS),
      note: `${workloadOrigin()}: gzip, decoding, queue model, venue, engine, journal on disk`,
      own: () => backtestOnce(directory),
      ...(hasRecordings() && {
        floor: { name: 'reading and decoding the recordings', run: readOnce },
      }),
    }),
  ];
}

async function backtestOnce(directory: string): Promise<number> {
  const session = hasRecordings()
    ? await openRecordedSession(directory)
    : await openSyntheticSession(directory);
  runToEnd(session, hasRecordings() ? Number.POSITIVE_INFINITY : SYNTHETIC_SECONDS);
  rmSync(directory, { recursive: true });
  return session.host.lastSequence;
}

async function readOnce(): Promise<number> {
  let messages = 0;
  for (const [name, market] of [
    ['spot-btcusdt', Market.SPOT],
    ['usdm-btcusdt', Market.PERPETUAL],
  ] as const) {
    const instrument = bundledInstrument(market, 'BTCUSDT', {
      index: 0 as InstrumentIndex,
      role: InstrumentRole.QUOTED,
      version: 1,
      makerFeeRate: rateUnits(0),
      takerFeeRate: rateUnits(0),
      feeAsset: '',
      feeAssetDiscountRate: rateUnits(0),
    });
    const reader = await RecordingReader.open({ files: [recordingPath(name)], instrument });
    while (reader.next()) messages += 1;
    reader.close();
  }
  return messages;
}
