const NEAR_NAMES_MAX = 5;

/**
 * The names nearest to a mistyped one, nearest first: same letters in another length or order of
 * typing come before strangers. At most five, none that shares nothing with the input.
 */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const target = wanted.toUpperCase();
  return names
    .map((name) => ({ name, distance: editDistance(target, name.toUpperCase()) }))
    .filter(({ name, distance }) => distance < Math.max(target.length, name.length))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, NEAR_NAMES_MAX)
    .map(({ name }) => name);
}

/** Levenshtein distance: the fewest insertions, removals and replacements. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced =
        (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const removed = (previous[column] as number) + 1;
      const inserted = (current[column - 1] as number) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[to.length] as number;
}
