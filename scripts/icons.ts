import { readFileSync, writeFileSync } from 'node:fs';
import { launchBrowser } from '../tests/support/browser/launch.ts';

// `npm run icons`: the PNG icons that home screens want, out of the SVG ones. What is drawn lies within the middle four
// fifths, so that a maskable icon may be cut to any shape.

const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  for (const name of ['order', 'shop', 'chat']) {
    const svg = readFileSync(`web/icons/${name}.svg`, 'utf8');
    for (const size of [192, 512]) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
      writeFileSync(`web/icons/${name}-${size}.png`, await page.screenshot());
    }
  }
} finally {
  await browser.close();
}
