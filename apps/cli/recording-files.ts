import { identifyRecording } from '#adapters/binance/recording/recording.ts';
import { Market } from '#contracts/instrument.ts';

/** Sorts recordings by the market their content says they are of; the order of each stays. */
export async function splitByMarket(
  files: readonly string[],
): Promise<{ spot: string[]; perpetual: string[] }> {
  const spot: string[] = [];
  const perpetual: string[] = [];
  for (const file of files) {
    const { market } = await identifyRecording(file);
    (market === Market.SPOT ? spot : perpetual).push(file);
  }
  return { spot, perpetual };
}
