/** Valid files: configurations, and a short recording of each market. Values are invented. */
import { SPOT_MARKET_FRAMES, USDM_MARKET_FRAMES } from './market-frames.ts';

export const CONFIGURATIONS = [
  `schema: 1
symbol: DOGEUSDT
profile: naive-touch
seed: 7
hedge: perpetual
limits:
  maxOrderNotional: "2000"
  leaseExpiry: 1s
  leaseRenewal: 250ms
fees:
  tier: VIP0
  spotMakerBps: 10
`,
  `# A symbol nobody lists.
symbol: MADEUPUSDT
hedge: none
instruments:
  custom:
    - { market: spot, symbol: MADEUPUSDT, baseAsset: MADEUP, quoteAsset: USDT, tickSize: "0.001", stepSize: "0.1" }
simulation: { startPrice: "1.5" }
`,
  `# With an anchor.
inventory:
  targetNotional: &money "20000"
account:
  baseNotional: *money
  quote: *money
`,
  '{"symbol":"DOGEUSDT","account":{"quote":"20000","leverage":5},"feed":"synthetic"}',
].map((text) => Buffer.from(text, 'utf8'));

const START_NANOS = 1_795_305_611_200_000_000n;

/** A line a frame, a millisecond apart. */
function recordingOf(frames: readonly Uint8Array[]): Buffer {
  const lines = frames.map((frame, index) => {
    const at = START_NANOS + BigInt(index) * 1_000_000n;
    return Buffer.concat([Buffer.from(`${at} `), frame, Buffer.from('\n')]);
  });
  return Buffer.concat(lines);
}

/** Whole frames only: a recording may hold no refused control answer. */
const readable = (frame: Uint8Array): boolean =>
  !Buffer.from(frame).toString('utf8').startsWith('{"error"');

export const SPOT_RECORDINGS = [
  recordingOf(SPOT_MARKET_FRAMES.filter(readable)),
  recordingOf(SPOT_MARKET_FRAMES.slice(0, 6)),
];
export const USDM_RECORDINGS = [recordingOf(USDM_MARKET_FRAMES.filter(readable))];
