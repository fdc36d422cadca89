/** Colours of the charts, taken from the page's stylesheet: one palette, two themes. */
export interface ChartColors {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly grid: string;
  readonly label: string;
  readonly bid: string;
  readonly ask: string;
  readonly band: string;
  readonly bandEdge: string;
  readonly fair: string;
  readonly inventory: string;
  readonly delta: string;
  readonly note: string;
}

/** Reads the custom properties that apply to an element. */
export function chartColors(element: HTMLElement): ChartColors {
  const styles = getComputedStyle(element);
  const read = (name: string): string => styles.getPropertyValue(`--${name}`).trim();
  return {
    text: read('text'),
    muted: read('muted'),
    line: read('line'),
    grid: read('grid'),
    label: read('label'),
    bid: read('bid'),
    ask: read('ask'),
    band: read('band'),
    bandEdge: read('band-edge'),
    fair: read('fair'),
    inventory: read('inventory'),
    delta: read('delta'),
    note: read('note'),
  };
}
