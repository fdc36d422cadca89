import type { EventSink } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type {
  AssetUnits,
  InstrumentIndex,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import type { BookListenerRelay } from './book-listener-relay.ts';
import type { LatencyModel } from './latency.ts';
import { type MaintenanceBracket, MarginAccount } from './margin-account.ts';
import type { VenueBook } from './venue-book.ts';
import { type FeeSettings, PLAIN_FEES, SpotWallets } from './wallets.ts';

/** What the account holds at the start. */
export interface VenueBalances {
  readonly baseUnits: AssetUnits;
  readonly quoteUnits: AssetUnits;
  readonly feeAssetUnits: AssetUnits;
  readonly marginUnits: AssetUnits;
  /** Signed perpetual position and its entry price. Default: none. */
  readonly positionLots?: QuantityLots;
  readonly entryPriceUnits?: PriceUnits;
}

export interface MarginSettings {
  readonly leverage: number;
  readonly brackets: readonly MaintenanceBracket[];
  readonly liquidationFeeRate: RateUnits;
}

/** What goes wrong while the latency model is in a burst. Probabilities per request, 0..1. */
export interface BurstFaults {
  /** Refused for overload, nothing done. */
  readonly refusal: number;
  /** The answer gets lost; half of these requests never arrived. */
  readonly lostAnswer: number;
}

export interface SimulatedVenueOptions {
  readonly clock: VirtualClock;
  readonly sink: EventSink;
  /** Index in these three arrays = InstrumentIndex. At most one spot and one perpetual. */
  readonly instruments: readonly Instrument[];
  readonly books: readonly VenueBook[];
  /** The relay each book was given as the listener of our orders. */
  readonly listeners: readonly BookListenerRelay[];
  readonly latency: LatencyModel;
  readonly random: SeededRandom;
  readonly balances: VenueBalances;
  readonly fees?: FeeSettings;
  readonly margin?: MarginSettings;
  readonly burstFaults?: BurstFaults;
  /** REQUEST_SNAPSHOT goes here at once: the market data side has its own latency. */
  readonly onSnapshotRequest: (instrument: InstrumentIndex) => void;
}

/** Throws a RangeError when the instruments, books and listeners do not belong together. */
export function assertMarkets(options: SimulatedVenueOptions): void {
  const { instruments, books, listeners } = options;
  if (books.length !== instruments.length || listeners.length !== instruments.length) {
    throw new RangeError('each instrument needs one book and one listener');
  }
  let spotCount = 0;
  for (const [index, instrument] of instruments.entries()) {
    if (instrument.index !== index) throw new RangeError('instruments must stand at their index');
    if (instrument.market === Market.SPOT) spotCount += 1;
  }
  if (spotCount > 1 || instruments.length - spotCount > 1) {
    throw new RangeError('at most one spot and one perpetual instrument');
  }
}

export function makeWallets(instrument: Instrument, options: SimulatedVenueOptions): SpotWallets {
  const { baseUnits, quoteUnits, feeAssetUnits } = options.balances;
  const fees = options.fees ?? PLAIN_FEES;
  return new SpotWallets({ instrument, fees, baseUnits, quoteUnits, feeAssetUnits });
}

export function makeMarginAccount(
  instrument: Instrument,
  options: SimulatedVenueOptions,
  margin: MarginSettings,
): MarginAccount {
  const { marginUnits, positionLots, entryPriceUnits } = options.balances;
  const { leverage, brackets, liquidationFeeRate } = margin;
  return new MarginAccount({
    instrument,
    walletUnits: marginUnits,
    leverage,
    brackets,
    liquidationFeeRate,
    positionLots: positionLots ?? (0 as QuantityLots),
    entryPriceUnits: entryPriceUnits ?? (0 as PriceUnits),
  });
}
