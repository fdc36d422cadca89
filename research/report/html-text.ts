import type { Bilingual } from './report-words.ts';

/** Text made safe inside HTML and SVG, attributes included. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Both languages; the style sheet shows the one that is switched on. */
export function both(text: Bilingual): string {
  if (text.en === text.zh) return escapeHtml(text.en);
  return `<span class="en" lang="en">${escapeHtml(text.en)}</span><span class="zh" lang="zh">${escapeHtml(text.zh)}</span>`;
}

/**
 * JSON that may stand inside a script element: no sequence in it can end the element or start a
 * comment.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
}
