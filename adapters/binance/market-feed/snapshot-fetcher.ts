import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import type { Timers } from '#adapters/clock/timers.ts';
import type { HttpAnswer, HttpGet } from '#adapters/connection/http-get.ts';
import { type MarketEvent, VenueSilenceEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** 50 request weight on spot, 20 on USD-M; deep enough for every layer we quote. */
const LEVELS = 1_000;
/** Least time between two snapshots of one instrument, whoever asks. */
const PAUSE_MICROS = MICROS_PER_SECOND;
/** A refusal by rate that does not say until when. */
const SILENCE_SECONDS = 60;
const TOO_MANY_REQUESTS = 429;
const BANNED = 418;

export interface SnapshotFetcherOptions {
  readonly instrument: Instrument;
  /** Base of the REST URLs. */
  readonly baseUrl: string;
  readonly get: HttpGet;
  readonly timers: Timers;
  /** Takes the snapshot, and the answer as received. */
  readonly onSnapshot: (event: MarketEvent, body: Buffer) => void;
  /** The venue refused by rate: nothing may be asked until then. */
  readonly onSilence: (event: VenueSilenceEvent) => void;
  readonly onNote: (note: string) => void;
}

/** Fetches depth snapshots of one instrument: one at a time, never fast, and not while the venue refuses. */
export class SnapshotFetcher {
  requestCount = 0;
  private readonly options: SnapshotFetcherOptions;
  private readonly decoder: FrameDecoder;
  private isUnderWay = false;
  private nextMicros = 0;

  constructor(options: SnapshotFetcherOptions) {
    const { instrument } = options;
    this.options = options;
    const isSpot = instrument.market === Market.SPOT;
    this.decoder = isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
  }

  /** Asks, unless one is under way or it is too early: who needs it asks again. Never rejects. */
  async fetch(): Promise<void> {
    const { timers, instrument, baseUrl, get, onNote } = this.options;
    if (this.isUnderWay || timers.nowMicros() < this.nextMicros) return;
    this.isUnderWay = true;
    this.nextMicros = timers.nowMicros() + PAUSE_MICROS;
    this.requestCount += 1;
    const path = instrument.market === Market.SPOT ? '/api/v3/depth' : '/fapi/v1/depth';
    const symbol = encodeURIComponent(instrument.symbol);
    let answer: HttpAnswer | null = null;
    try {
      answer = await get(`${baseUrl}${path}?symbol=${symbol}&limit=${LEVELS}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onNote(`${instrument.symbol}: no snapshot, ${reason}`);
    }
    this.isUnderWay = false;
    if (answer !== null) this.onAnswer(answer);
  }

  private onAnswer(answer: HttpAnswer): void {
    const { instrument, onNote } = this.options;
    if (answer.status === TOO_MANY_REQUESTS || answer.status === BANNED) {
      this.onRefusedByRate(answer);
      return;
    }
    if (answer.status !== 200) {
      const words = answer.body.toString('utf8', 0, 200);
      onNote(`${instrument.symbol}: no snapshot, status ${answer.status}: ${words}`);
      return;
    }
    this.onBody(answer.body);
  }

  private onBody(body: Buffer): void {
    const { timers, instrument, onNote, onSnapshot } = this.options;
    try {
      const kind = this.decoder.decode(body, 0, body.length, timers.nowMicros());
      if (kind !== DecodedKind.DEPTH_SNAPSHOT) {
        onNote(`${instrument.symbol}: the answer is no depth snapshot`);
        return;
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      onNote(`${instrument.symbol}: the snapshot cannot be read, ${error.message}`);
      return;
    }
    onSnapshot(this.decoder.event, body);
  }

  private onRefusedByRate(answer: HttpAnswer): void {
    const { timers, instrument, onSilence, onNote } = this.options;
    const told = Number(answer.headers['retry-after'] ?? '');
    const pauseSeconds = Number.isFinite(told) && told > 0 ? told : SILENCE_SECONDS;
    const until = timers.nowMicros() + Math.ceil(pauseSeconds) * MICROS_PER_SECOND;
    this.nextMicros = until;
    onNote(`${instrument.symbol}: refused by rate (${answer.status}) for ${pauseSeconds} s`);
    const event = new VenueSilenceEvent();
    event.atMicros = timers.nowMicros();
    event.instrument = instrument.index;
    event.untilMicros = until as EpochMicros;
    onSilence(event);
  }
}
