import { VenueError } from '#apps/exchange/api/venue-error.ts';

/** More than any operation takes; a larger form is refused before it is read. */
const PARAMETERS_MAX = 100;

/**
 * Reads `a=1&b=2` of a query or a body into `into`; a name that is there already keeps its value (the
 * query wins over the body). Throws -1101 for doubles within one form and -1100 for broken escapes.
 */
export function readForm(form: string, into: Map<string, string>): void {
  if (form === '') return;
  const pairs = form.split('&');
  if (pairs.length > PARAMETERS_MAX) throw new VenueError(400, -1101, 'Too many parameters sent.');
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at < 0 ? pair : pair.slice(0, at), pair);
    if (seen.has(name)) {
      throw new VenueError(400, -1101, `Duplicate values for parameter '${name}'.`);
    }
    seen.add(name);
    if (!into.has(name)) into.set(name, at < 0 ? '' : decoded(pair.slice(at + 1), name));
  }
}

function decoded(text: string, name: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  const plain = unescaped(text.replaceAll('+', ' '));
  if (plain === null) {
    throw new VenueError(400, -1100, `Illegal characters found in parameter '${name}'.`);
  }
  return plain;
}

/** Null: the escapes are broken. */
function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return null;
  }
}
