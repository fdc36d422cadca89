/**
 * What it costs to turn one frame into an event, on the frames of a real recording where there is one,
 * else on generated ones. Beside it the plain way (JSON.parse and Number) and the floor (touching
 * every byte once).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  AT,
  recordingPath,
  skipWithoutRecordings,
  testInstrument,
} from '#adapters/binance/decoding.test-support.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { Market } from '#contracts/instrument.ts';

const ROUNDS = 15;
/** Rounds before measuring, so that the compiler has done its work. */
const WARM_UP_ROUNDS = 5;
/** Most frames of one kind, and how many a run decodes at least. */
const FRAME_COUNT = 3_000;
const FRAMES_PER_RUN = 2_000;

const KINDS = [
  ['decode.depth', '"depthUpdate"'],
  ['decode.bookTicker', '@bookTicker"'],
  ['decode.trade', '"e":"trade"'],
] as const;

/** Frames of the three kinds, recorded ones where there are some. */
export function frameLines(): { readonly lines: readonly string[]; readonly origin: string } {
  const isRecorded = skipWithoutRecordings === false;
  return isRecorded
    ? { lines: recordedFrames(), origin: 'spot BTCUSDT recording' }
    : { lines: generatedFrames(), origin: 'self-made' };
}

/** Measures the three frame kinds. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const { lines, origin } = frameLines();
  const decoder = new SpotFrameDecoder(testInstrument(Market.SPOT, 'BTCUSDT'));
  const measured: MeasuredRow[] = [];
  for (const [name, mark] of KINDS) {
    const frames = lines
      .filter((line) => line.includes(mark))
      .slice(0, FRAME_COUNT)
      .map((line) => Buffer.from(line));
    const size = frames.reduce((sum, { length }) => sum + length, 0) / frames.length;
    const levels = frames.reduce((sum, frame) => sum + levelsOf(frame), 0) / frames.length;
    const row = await measureTurns({
      name,
      unit: 'µs',
      ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS),
      note: `${frames.length} frames of ${size.toFixed(0)} bytes${levels > 0 ? ` and ${levels.toFixed(0)} levels` : ''} on average, ${origin}`,
      own: () => overAll(frames, (frame) => decoder.decode(frame, 0, frame.length, AT)),
      peer: { name: 'JSON.parse + Number', run: () => overAll(frames, parseAndConvert) },
      floor: { name: 'byte scan', run: () => overAll(frames, scanBytes) },
    });
    measured.push(row);
  }
  return measured;
}

/** Frames are gone through several times a run, so that a run of few frames lasts milliseconds too. */
function overAll(frames: readonly Buffer[], work: (frame: Buffer) => number): number {
  const passes = Math.max(1, Math.ceil(FRAMES_PER_RUN / frames.length));
  let sink = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const frame of frames) sink += work(frame);
  }
  // The sum is used, so that no compiler may drop the work.
  if (Number.isNaN(sink)) throw new Error('a frame gave no number');
  return passes * frames.length;
}

interface JsonPayload {
  readonly b?: string | readonly (readonly string[])[];
  readonly a?: string | readonly (readonly string[])[];
  readonly B?: string;
  readonly A?: string;
  readonly p?: string;
  readonly q?: string;
}

/** Levels of a depth frame, 0 of any other. */
function levelsOf(frame: Buffer): number {
  const { data } = JSON.parse(frame.toString('utf8')) as { data: JsonPayload };
  return [data.b, data.a].reduce((sum, side) => sum + (Array.isArray(side) ? side.length : 0), 0);
}

/** What one writes first: parse, then Number on every decimal. */
function parseAndConvert(frame: Buffer): number {
  const { data } = JSON.parse(frame.toString('utf8')) as { data: JsonPayload };
  return sideSum(data.b) + sideSum(data.a) + sum([data.B, data.A, data.p, data.q]);
}

function sideSum(side: JsonPayload['b']): number {
  if (side === undefined || typeof side === 'string') return sum([side]);
  let total = 0;
  for (const level of side) total += sum(level);
  return total;
}

function sum(decimals: readonly (string | undefined)[]): number {
  let total = 0;
  for (const decimal of decimals) if (decimal !== undefined) total += Number(decimal);
  return total;
}

function scanBytes(frame: Buffer): number {
  let total = 0;
  for (let index = 0; index < frame.length; index++) total += frame[index] as number;
  return total;
}

function recordedFrames(): readonly string[] {
  const text = gunzipSync(readFileSync(recordingPath('spot-btcusdt'))).toString('utf8');
  return text.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
}

/** Frames of the recording's shape and mean size: 30 levels a side, changing numbers. */
function generatedFrames(): readonly string[] {
  const frames: string[] = [];
  for (let id = 0; id < FRAME_COUNT; id++) {
    const level = (index: number) => [`${60_000 + index + (id % 7)}.10000000`, `${index}.50000000`];
    const side = JSON.stringify(Array.from({ length: 30 }, (_, index) => level(index)));
    const time = 1_723_161_255_208 + id;
    frames.push(
      `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":${time},"s":"BTCUSDT","U":${id},"u":${id + 1},"b":${side},"a":${side}}}`,
      `{"stream":"btcusdt@bookTicker","data":{"u":${id},"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}`,
      `{"stream":"btcusdt@trade","data":{"e":"trade","E":${time},"s":"BTCUSDT","t":${id},"p":"61837.63000000","q":"0.02000000","T":${time},"m":true,"M":true}}`,
    );
  }
  return frames;
}
