/**
 * Goal: recordings that cannot be traded on are refused before a session exists, and what is odd but
 * harmless is told and changes nothing.
 * Method: recordings of a few seconds, made up for both markets, good and then spoilt in one way each.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  RecordingError,
  type RecordingErrorCode,
} from '#adapters/binance/recording/recording-error.ts';
import { loadConfiguration } from '#adapters/config/config.ts';
import type { SessionHashes } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { openRecorded, type RecordedOptions } from './recorded.ts';

const folder = mkdtempSync(join(tmpdir(), 'recorded-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const SECONDS = 4;
const START_MILLIS = 1_795_305_600_000;
const DAY_SECONDS = 86_400;

function file(content: string): string {
  files += 1;
  const path = join(folder, `recording-${files}.txt`);
  writeFileSync(path, content);
  return path;
}

/** One ticker and one trade each tenth of a second, received five milliseconds after they happened. */
function lines(market: 'spot' | 'perpetual', startSecond = 0): string[] {
  const found: string[] = [];
  for (let step = 0; step < SECONDS * 10; step++) {
    const millis = START_MILLIS + startSecond * 1_000 + step * 100;
    const top = `"u":${100 + step},"s":"DOGEUSDT","b":"0.16000","B":"${5_000 + step}","a":"0.16001","A":"6000"`;
    const trade = `"e":"trade","E":${millis},"T":${millis},"s":"DOGEUSDT","t":${step},"p":"0.16000","q":"50","m":true`;
    const messages =
      market === 'spot'
        ? [`{${top}}`, `{${trade},"M":true}`]
        : [`{"e":"bookTicker",${top},"T":${millis},"E":${millis}}`, `{${trade},"X":"MARKET"}`];
    for (const message of messages) found.push(`${millis + 5}000000 ${message}`);
  }
  return found;
}

const asText = (from: readonly string[]): string => `${from.join('\n')}\n`;

async function open(quoted: string, hedge: string, change: Partial<RecordedOptions> = {}) {
  const directory = join(folder, `session-${files}`);
  const warnings: string[] = [];
  const session = await openRecorded({
    worldName: 'backtest',
    loaded: loadConfiguration({
      file: null,
      overrides: [{ path: 'profile', value: 'naive-touch' }],
    }),
    quotedFiles: [quoted],
    hedgeFiles: [hedge],
    queueModel: null,
    latency: null,
    fromMicros: 0,
    toMicros: Number.POSITIVE_INFINITY,
    directory,
    build: 'test',
    probe: new NoProbe(),
    onWarning: (warning) => warnings.push(warning),
    ...change,
  });
  return { session, warnings, directory };
}

/** Plays two recordings; file names are part of a session, so both get the same again each time. */
async function play(
  spot: string,
  perpetual: string,
): Promise<{ hashes: SessionHashes; warnings: string[] }> {
  files += 1;
  const paths = ['same-spot.txt', 'same-perpetual.txt'].map((name) => join(folder, name));
  const [quoted = '', hedge = ''] = paths;
  writeFileSync(quoted, spot);
  writeFileSync(hedge, perpetual);
  const { session, warnings } = await open(quoted, hedge);
  session.start();
  while (!session.world.isExhausted) {
    session.runUntil((session.nowMicros + MICROS_PER_SECOND) as typeof session.nowMicros);
  }
  session.shutDown();
  return { hashes: session.close(), warnings };
}

async function isRefused(
  code: RecordingErrorCode,
  what: RegExp,
  spot: readonly string[],
  perpetual: readonly string[],
): Promise<void> {
  const paths = [file(asText(spot)), file(asText(perpetual))] as const;
  await assert.rejects(open(...paths), (error) => {
    assert.ok(error instanceof RecordingError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, what);
    return true;
  });
  assert.equal(existsSync(join(folder, `session-${files}`)), false, 'no session was made');
}

test('blank lines, a byte order mark and a torn last line change no hash; only the torn line is told', async () => {
  const spot = lines('spot');
  const perpetual = lines('perpetual');
  const clean = await play(asText(spot), asText(perpetual));
  assert.deepEqual(clean.warnings, []);
  const next = `${START_MILLIS + SECONDS * 1_000}000000 {"u":999,"s":"DOGEUS`;
  const loose = await play(`\uFEFF${spot.join('\r\n\r\n')}\n\n`, `${asText(perpetual)}${next}`);
  assert.deepEqual(loose.hashes, clean.hashes);
  assert.equal(loose.warnings.length, 1);
  assert.match(
    loose.warnings[0] ?? '',
    /same-perpetual\.txt:81: the file ends inside this line; it was stepped over/,
  );
});

test('spot and perpetual recordings of different days are refused with both spans', async () => {
  const what =
    /not made at the same time: recording-\d+\.txt from 2026-11-22T.* to .*; recording-\d+\.txt from 2026-11-23T/;
  const spot = lines('spot');
  await isRefused('NO_OVERLAP', what, spot, lines('perpetual', DAY_SECONDS));
  await isRefused('NO_OVERLAP', /./, lines('spot', DAY_SECONDS), lines('perpetual'));
  // They touch in one moment.
  const touching = await open(file(asText(spot)), file(asText(lines('perpetual', SECONDS - 0.1))));
  touching.session.close();
});

test('a receive clock that was set back by an hour is refused at its line', async () => {
  const spot = lines('spot');
  const back = [...spot.slice(0, 20), ...lines('spot', -3_600).slice(20)];
  await isRefused(
    'CLOCK_WENT_BACK',
    /recording-\d+\.txt:21: the receive clock goes back by 3599\.900 s/,
    back,
    lines('perpetual'),
  );
});

test('receive times that overtake each other by a moment are told, and traded on', async () => {
  const spot = lines('spot');
  const swapped = spot.with(20, spot[22] ?? '').with(22, spot[20] ?? '');
  const { session, warnings } = await open(file(asText(swapped)), file(asText(lines('perpetual'))));
  assert.match(warnings.join(), /recording-\d+\.txt: 2 receive times before the line above/);
  session.close();
});

test('a recording without a price cannot be traded on, and a window outside of it neither', async () => {
  const depth = `${START_MILLIS + 5}000000 {"e":"depthUpdate","E":${START_MILLIS},"s":"DOGEUSDT","U":1,"u":2,"b":[["0.16","5"]],"a":[]}`;
  await isRefused(
    'EMPTY_RECORDING',
    /neither a book ticker nor a trade/,
    [depth],
    lines('perpetual'),
  );
  const paths = [file(asText(lines('spot'))), file(asText(lines('perpetual')))] as const;
  const fromMicros = (START_MILLIS + DAY_SECONDS * 1_000) * 1_000;
  await assert.rejects(open(...paths, { fromMicros }), { code: 'OUTSIDE_RECORDING' });
});
