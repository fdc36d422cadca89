/** The synthetic market's moods, in the order of their documentation. */
export const REGIME_NAMES = ['calm', 'trending', 'volatile', 'informed', 'crash', 'thin'] as const;
export type RegimeName = (typeof REGIME_NAMES)[number];
