/** The same JSON object with one field more than any client knows; other texts stay as they are. */
export function withUnknownField(text: string): string {
  if (!text.startsWith('{') || !text.endsWith('}')) return text;
  const isEmpty = text === '{}';
  return `${text.slice(0, -1)}${isEmpty ? '' : ','}"zUnknown":{"of":["2026"]}}`;
}
