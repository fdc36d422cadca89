/** The public streams there are, for the page that says what the exchange serves. */
export interface ServedStream {
  /** `sbe`: binary, on the port of its own. `public` and `market`: paths of the perpetuals. */
  readonly door: 'spot' | 'sbe' | 'public' | 'market';
  /** `<s>` stands for a symbol in lower case. */
  readonly name: string;
  readonly pace: string;
}

function served(
  door: ServedStream['door'],
  rows: readonly (readonly [name: string, pace: string])[],
): readonly ServedStream[] {
  return rows.map(([name, pace]) => ({ door, name, pace }));
}

export const SERVED_STREAMS: readonly ServedStream[] = [
  ...served('spot', [
    ['<s>@depth', '1 s'],
    ['<s>@depth@100ms', '100 ms'],
    ['<s>@depth5', '1 s; also 10 and 20, and each `@100ms`'],
    ['<s>@bookTicker', 'each change'],
    ['<s>@trade', 'each fill'],
    ['<s>@aggTrade', 'each taker and price'],
    ['<s>@avgPrice', '1 s'],
    ['<s>@referencePrice', '1 s, always null'],
    ['<s>@kline_1m', '2 s, `1s` bars each second; every interval of the venue, also `@+08:00`'],
    ['<s>@ticker', '1 s'],
    ['<s>@miniTicker', '1 s'],
    ['!miniTicker@arr', '1 s'],
  ]),
  ...served('sbe', [
    ['<s>@trade', 'each taker, template 10000'],
    ['<s>@bestBidAsk', 'each change, template 10001'],
    ['<s>@depth20', '50 ms, template 10002'],
    ['<s>@depth', '20 ms, template 10003'],
  ]),
  ...served('public', [
    ['<s>@depth', '250 ms'],
    ['<s>@depth@100ms', '100 ms'],
    ['<s>@depth@500ms', '500 ms'],
    ['<s>@depth5', '250 ms; also 10 and 20, and each `@100ms` and `@500ms`'],
    ['<s>@rpiDepth@500ms', '500 ms; nobody places RPI orders'],
    ['<s>@bookTicker', 'each change'],
    ['!bookTicker', '5 s'],
    ['<s>@trade', 'each fill; undocumented by the venue'],
  ]),
  ...served('market', [
    ['<s>@aggTrade', '100 ms'],
    ['<s>@markPrice', '3 s'],
    ['<s>@markPrice@1s', '1 s'],
    ['!markPrice@arr', '3 s'],
    ['!markPrice@arr@1s', '1 s'],
    ['<s>@kline_1m', '1 s; every interval of the venue but `1s`'],
    ['<s>@ticker', '1 s'],
    ['<s>@miniTicker', '1 s'],
    ['!miniTicker@arr', '1 s'],
    ['<s>@forceOrder', 'at most 1 s; the largest of it'],
    ['!forceOrder@arr', 'at most 1 s a symbol'],
  ]),
];
