import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';

/**
 * The edge that turns public messages into events. A message that cannot be read is counted and
 * dropped: what it would have changed is missing from the chain of updates, and the book says so.
 */
export class MarketFrames {
  /** Messages that could not be read. */
  badCount = 0;
  private readonly decoders: FrameDecoder[] = [];
  private readonly sink: EventSink;

  constructor(instruments: readonly Instrument[], sink: EventSink) {
    this.sink = sink;
    for (const instrument of instruments) this.define(instrument);
  }

  /** From now on messages of this instrument are read by its new grid. */
  define(instrument: Instrument): void {
    const isSpot = instrument.market === Market.SPOT;
    const decoder = isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
    this.decoders[instrument.index] = decoder;
  }

  /** Hot: every public message. The bytes are valid during the call. */
  receive(
    instrument: InstrumentIndex,
    bytes: Uint8Array,
    length: number,
    atMicros: EpochMicros,
  ): void {
    const decoder = this.decoders[instrument];
    if (decoder === undefined) throw new RangeError(`a message of instrument ${instrument}`);
    let kind: DecodedKind;
    try {
      kind = decoder.decode(bytes, 0, length, atMicros);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.badCount += 1;
      return;
    }
    if (isMarketEvent(kind)) this.sink.publish(decoder.event);
  }
}

/** True when an event was filled that may be applied. */
function isMarketEvent(kind: DecodedKind): boolean {
  switch (kind) {
    case DecodedKind.DEPTH_DELTA:
    case DecodedKind.DEPTH_SNAPSHOT:
    case DecodedKind.BOOK_TICKER:
    case DecodedKind.TRADE:
    case DecodedKind.MARK_PRICE:
      return true;
    case DecodedKind.NONE:
    case DecodedKind.CONTROL:
    case DecodedKind.CONTROL_REFUSED:
    case DecodedKind.SERVER_SHUTDOWN:
    case DecodedKind.IGNORED:
    case DecodedKind.UNREAD:
      return false;
  }
}
