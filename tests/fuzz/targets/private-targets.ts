/** Private messages of both markets. */
import { AT, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import type { PrivateDecoder } from '#adapters/binance/user-stream/private-frame.ts';
import { SpotPrivateDecoder } from '#adapters/binance/user-stream/spot-private.ts';
import { UsdmPrivateDecoder } from '#adapters/binance/user-stream/usdm-private.ts';
import { UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { SPOT_PRIVATE_FRAMES, USDM_PRIVATE_FRAMES } from '#tests/fuzz/corpus/private-frames.ts';
import { checkEvent } from '#tests/fuzz/event-promises.ts';
import {
  BrokenPromise,
  type Target,
  type TargetEntry,
  type Verdict,
  verdictOf,
} from '#tests/fuzz/target.ts';
import type { ClientOrderId } from '#units/integers.ts';

const readOrderId = (text: string): ClientOrderId =>
  Number(/^mm-(\d{1,9})$/.exec(text)?.[1] ?? 0) as ClientOrderId;

class PrivateFrames implements Target {
  private readonly decoder: PrivateDecoder;
  private readonly valid: Uint8Array;

  constructor(decoder: PrivateDecoder, valid: Uint8Array) {
    this.decoder = decoder;
    this.valid = valid;
  }

  run(input: Uint8Array): Verdict {
    const text = Buffer.from(input).toString('utf8');
    let count = 0;
    const verdict = verdictOf(() => {
      this.decoder.decode(text, AT, (event) => {
        count += 1;
        checkEvent(event);
      });
    }, UserFrameError);
    if (verdict === 'REFUSED' && count > 0) throw new BrokenPromise('events before a refusal');
    return verdict;
  }

  probe(): string {
    const events: unknown[] = [];
    // The id of the order is one that no other message of the corpus has.
    const text = Buffer.from(this.valid)
      .toString('utf8')
      .replace(/"i":\d+/, '"i":55501');
    this.decoder.decode(text, AT, (event) => events.push({ ...event, clientOrderId: 0 }));
    return JSON.stringify(events);
  }
}

function entry(market: Market, frames: readonly Uint8Array[]): TargetEntry {
  const options = {
    instrument: testInstrument(market),
    channel: ReportChannel.USER_STREAM,
    readOrderId,
  };
  const isSpot = market === Market.SPOT;
  return {
    name: isSpot ? 'spot-private' : 'usdm-private',
    share: 15,
    form: 'TEXT',
    corpus: () => frames,
    open: () =>
      new PrivateFrames(
        isSpot ? new SpotPrivateDecoder(options) : new UsdmPrivateDecoder(options),
        frames[0] as Uint8Array,
      ),
  };
}

export const PRIVATE_TARGETS: readonly TargetEntry[] = [
  entry(Market.SPOT, SPOT_PRIVATE_FRAMES),
  entry(Market.PERPETUAL, USDM_PRIVATE_FRAMES),
];
