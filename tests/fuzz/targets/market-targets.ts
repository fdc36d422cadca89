/** Public messages: JSON of both markets, held against the slow decoder, and the binary ones of spot. */
import { AT, decodeText, plain, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { SbeDecoder, SbeError } from '#adapters/binance/sbe/sbe.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import { Market } from '#contracts/instrument.ts';
import {
  SPOT_BINARY_FRAMES,
  SPOT_MARKET_FRAMES,
  USDM_MARKET_FRAMES,
} from '#tests/fuzz/corpus/market-frames.ts';
import { checkEvent } from '#tests/fuzz/event-promises.ts';
import {
  BrokenPromise,
  type Target,
  type TargetEntry,
  type Verdict,
  verdictOf,
} from '#tests/fuzz/target.ts';

/** Depth and a snapshot are enough to see whether a decoder still stands. */
const PROBED = 3;

/** The scanner with its fallback, beside a decoder that knows JSON only: both must say the same. */
class MarketFrames implements Target {
  private readonly decoder: FrameDecoder;
  private readonly slow: FrameDecoder;
  private readonly valid: readonly Uint8Array[];

  constructor(open: () => FrameDecoder, valid: readonly Uint8Array[]) {
    this.decoder = open();
    this.slow = open();
    this.valid = valid;
  }

  run(input: Uint8Array): Verdict {
    const fast = said(this.decoder, () => this.decoder.decode(input, 0, input.length, AT));
    const slow = said(this.slow, () => this.slow.decodeByJson(input, 0, input.length, AT));
    if (fast !== slow) throw new BrokenPromise(`scanner: ${fast}; JSON: ${slow}`);
    return fast.startsWith('refused') ? 'REFUSED' : 'ACCEPTED';
  }

  probe(): string {
    return this.valid
      .map((frame) => JSON.stringify(decodeText(this.decoder, Buffer.from(frame).toString('utf8'))))
      .join('\n');
  }
}

/** What came of a frame, in one line. An event's promises are checked. */
function said(decoder: FrameDecoder, decode: () => DecodedKind): string {
  let kind: DecodedKind;
  try {
    kind = decode();
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return `refused ${error.code}`;
  }
  switch (kind) {
    case DecodedKind.NONE:
      throw new BrokenPromise('decode said NONE');
    case DecodedKind.CONTROL:
    case DecodedKind.CONTROL_REFUSED:
      return `control ${kind} ${decoder.controlId} ${decoder.controlMessage}`;
    case DecodedKind.SERVER_SHUTDOWN:
    case DecodedKind.UNREAD:
      return `kind ${kind}`;
    default:
      checkEvent(decoder.event);
      return `${kind} ${JSON.stringify(plain(decoder.event))} ${decoder.publishedMicros}`;
  }
}

class BinaryFrames implements Target {
  private readonly decoder = new SbeDecoder(testInstrument(Market.SPOT));

  run(input: Uint8Array): Verdict {
    return verdictOf(() => this.decoder.decode(input, AT, checkEvent), SbeError);
  }

  probe(): string {
    const events: string[] = [];
    for (const frame of SPOT_BINARY_FRAMES) {
      this.decoder.decode(frame, AT, (event) => events.push(JSON.stringify(plain(event))));
    }
    return events.join('\n');
  }
}

export const MARKET_TARGETS: readonly TargetEntry[] = [
  {
    name: 'spot-market',
    share: 20,
    form: 'TEXT',
    corpus: () => SPOT_MARKET_FRAMES,
    open: () =>
      new MarketFrames(
        () => new SpotFrameDecoder(testInstrument(Market.SPOT)),
        SPOT_MARKET_FRAMES.slice(0, PROBED),
      ),
  },
  {
    name: 'usdm-market',
    share: 20,
    form: 'TEXT',
    corpus: () => USDM_MARKET_FRAMES,
    open: () =>
      new MarketFrames(
        () => new UsdmFrameDecoder(testInstrument(Market.PERPETUAL)),
        USDM_MARKET_FRAMES.slice(0, PROBED),
      ),
  },
  {
    name: 'spot-binary',
    share: 15,
    form: 'BINARY',
    corpus: () => SPOT_BINARY_FRAMES,
    open: () => new BinaryFrames(),
  },
];
