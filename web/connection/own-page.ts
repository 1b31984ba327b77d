/**
 * Whether a document is that page of ours, of whichever version. What a proxy, a captive portal or another site shows
 * under its address is not.
 */
export function isOwnPage(page: string, html: string): boolean {
  return html.includes(`href="${page}.webmanifest"`) && html.includes('<div id="page">');
}
