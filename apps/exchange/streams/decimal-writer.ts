import { type Instrument, Market } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';

const SPOT_DECIMALS = 8;

/** Writes ticks and lots as the venue prints them: eight decimals on spot, its own count on the perpetual. */
export class DecimalWriter {
  /** Decimals of a printed price and quantity: `pricePrecision`, `quantityPrecision` of the perpetual. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  private readonly priceUnits: number;
  private readonly baseUnits: number;
  private readonly priceTexts = new Map<number, string>();

  constructor(instrument: Instrument) {
    const isSpot = instrument.market === Market.SPOT;
    this.priceDecimals = isSpot ? SPOT_DECIMALS : Math.min(8, instrument.tick.decimals + 1);
    this.quantityDecimals = isSpot ? SPOT_DECIMALS : instrument.step.decimals;
    this.priceUnits = instrument.priceUnitsPerTick;
    this.baseUnits = instrument.baseUnitsPerLot;
  }

  price(ticks: number): string {
    const known = this.priceTexts.get(ticks);
    if (known !== undefined) return known;
    const text = this.priceOfUnits(ticks * this.priceUnits);
    if (this.priceTexts.size > TEXTS_MAX) this.priceTexts.clear();
    this.priceTexts.set(ticks, text);
    return text;
  }

  /** A price that need not lie on a tick, in 1e-8 quote. */
  priceOfUnits(units: number): string {
    return scaled(units, this.priceDecimals);
  }

  quantity(lots: number): string {
    return scaled(lots * this.baseUnits, this.quantityDecimals);
  }

  /** Ticks times lots as an amount of quote currency with eight decimals. */
  quote(ticksLots: number): string {
    const units = (BigInt(ticksLots) * BigInt(this.priceUnits) * BigInt(this.baseUnits)) / WHOLE;
    const text = units.toString().padStart(SPOT_DECIMALS + 1, '0');
    return `${text.slice(0, -SPOT_DECIMALS)}.${text.slice(-SPOT_DECIMALS)}`;
  }
}

const TEXTS_MAX = 4_096;
const WHOLE = 100_000_000n;

/** 1e-8 units with fewer decimals: rounded half up, which only averages ever need. */
function scaled(units: number, decimals: number): string {
  const cut = 10 ** (SPOT_DECIMALS - decimals);
  return formatScaled(Math.round(units / cut), decimals);
}
