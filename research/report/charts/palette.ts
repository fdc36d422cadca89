/** Colours that colour-blind readers can tell apart (Okabe and Ito 2008), by what they mean here. */
export const PALETTE = {
  buy: '#0072b2',
  sell: '#d55e00',
  net: '#1b1f24',
  beforeFees: '#56b4e9',
  mid: '#7a828c',
  good: '#009e73',
  bad: '#d55e00',
  limit: '#cc79a7',
  target: '#009e73',
  spread: '#009e73',
  inventory: '#0072b2',
  hedging: '#e69f00',
  fees: '#d55e00',
  funding: '#cc79a7',
} as const;
