import { FrameRecorder, type RecordedFile } from '#adapters/binance/recorder/recorder.ts';
import type { Timer } from '#adapters/clock/timers.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { FeedState } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { VenueMarket, type VenueWays } from './venue-market.ts';

const HOUSEKEEPING_MICROS = MICROS_PER_SECOND as DurationMicros;

export interface MarketRecordingOptions {
  readonly ways: VenueWays;
  readonly instrument: Instrument;
  readonly directory: string;
  readonly ageMicrosMax: number;
  readonly sizeMax: number;
  readonly onClosed: (file: RecordedFile) => void;
  /** The disk refused: nothing is recorded any more. */
  readonly onFailure: (error: unknown) => void;
}

/** What a recording has been through. */
export interface RecordingCounts {
  readonly lineCount: number;
  /** Breaks in the depth chain that neither source could fill; a snapshot follows each. */
  readonly holeCount: number;
  readonly outageCount: number;
}

/**
 * Records one market: what the arbiter lets through, as received, with a snapshot near the start of
 * each file, after each hole and after each outage, so that every file can be used by itself.
 */
export class MarketRecording {
  private readonly options: MarketRecordingOptions;
  private readonly recorder: FrameRecorder;
  private readonly market: VenueMarket;
  private timer: Timer | null = null;
  private wantsSnapshot = false;
  private seenHoles = 0;
  private outageCount = 0;
  private isOver = false;

  constructor(options: MarketRecordingOptions) {
    const { ways, instrument, directory, ageMicrosMax, sizeMax, onClosed } = options;
    this.options = options;
    const marketName = instrument.market === Market.SPOT ? 'spot' : 'usdm';
    this.recorder = new FrameRecorder({
      directory,
      name: `${marketName}-${instrument.symbol.toLowerCase()}`,
      ageMicrosMax,
      sizeMax,
      onClosed,
    });
    this.market = new VenueMarket({
      ways,
      instrument,
      tap: (event, frame) => {
        if (frame !== null) this.write(frame, event.atMicros, event.kind);
      },
      sink: {
        publish: (event) => {
          if (event.kind === EventKind.FEED_STATUS) this.onStatus(event.state, event.atMicros);
        },
      },
    });
  }

  get counts(): RecordingCounts {
    return {
      lineCount: this.recorder.lineCount,
      holeCount: this.market.holeCount,
      outageCount: this.outageCount,
    };
  }

  start(): void {
    this.market.start();
    this.keepHouse();
  }

  /** Ends the connections and closes the file. */
  stop(): void {
    this.timer?.cancel();
    this.market.stop();
    if (this.isOver) return;
    this.isOver = true;
    this.recorder.close();
  }

  private write(frame: Buffer, atMicros: EpochMicros, kind: EventKind): void {
    this.guard(() => {
      if (this.recorder.isRotationDue(atMicros)) this.wantsSnapshot = true;
      this.recorder.write(frame, atMicros);
    });
    if (kind === EventKind.DEPTH_SNAPSHOT) this.wantsSnapshot = false;
    // After the first depth message, as the venue's procedure wants it.
    else if (this.wantsSnapshot && kind === EventKind.DEPTH_DELTA) this.market.requestSnapshot();
  }

  private onStatus(state: FeedState, atMicros: EpochMicros): void {
    if (state === FeedState.DISCONNECTED) {
      this.outageCount += 1;
      this.recorder.beginOutage(atMicros);
      return;
    }
    this.recorder.endOutage(atMicros);
    this.wantsSnapshot = true;
  }

  private keepHouse(): void {
    this.timer = this.options.ways.timers.after(HOUSEKEEPING_MICROS, () => {
      this.keepHouse();
      this.guard(() => this.recorder.flush());
      if (this.market.holeCount === this.seenHoles) return;
      this.seenHoles = this.market.holeCount;
      this.wantsSnapshot = true;
    });
  }

  /** A disk that refuses ends the recording, aloud. */
  private guard(work: () => void): void {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      this.isOver = true;
      this.timer?.cancel();
      this.market.stop();
      this.options.onFailure(error);
    }
  }
}
