/**
 * The one serialiser of requests: what is signed is what is sent. REST text is percent-encoded before it
 * is signed; a WebSocket request signs raw values, sorted by name.
 */
import type { RequestSigner } from '#adapters/signing/signing.ts';

/** Decimals are texts, whole numbers and flags are themselves. Left out: undefined. */
export type ParameterValue = string | number | boolean | undefined;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** Query text of a request in the order given, percent-encoded; "" for none. */
export function queryText(parameters: Parameters): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    parts.push(`${name}=${percentEncoded(String(value))}`);
  }
  return parts.join('&');
}

/** The query of a signed REST request, signature last. */
export function signedQuery(parameters: Parameters, signer: RequestSigner): string {
  const text = queryText(parameters);
  return `${text}&signature=${percentEncoded(signer.sign(text))}`;
}

/** The text a WebSocket request signs: every parameter but the signature, sorted by name, raw. */
export function sortedText(parameters: Parameters): string {
  const parts: string[] = [];
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name];
    if (value !== undefined && name !== 'signature') parts.push(`${name}=${value}`);
  }
  return parts.join('&');
}

/** Parameters of a WebSocket request with the key and its signature. */
export function signedParameters(parameters: Parameters, signer: RequestSigner): Parameters {
  const keyed = { ...parameters, apiKey: signer.apiKey };
  return { ...keyed, signature: signer.sign(sortedText(keyed)) };
}

/** Unreserved characters stay, all others become %XX of their UTF-8 bytes. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
