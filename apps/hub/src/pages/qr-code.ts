/**
 * A QR code as an SVG image that stands in a page, for whoever can scan it.
 * @param label for those who cannot see it; plain text without markup
 */
export async function qrCode(text: string, label: string): Promise<string> {
  const { renderSVG } = await import('uqr');
  return renderSVG(text, { ecc: 'M', border: 2 }).replace('<svg ', `<svg class="qr-code" role="img" aria-label="${label}" `);
}
