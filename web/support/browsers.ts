/**
 * The oldest browsers that the pages are made for, in esbuild's names. Android WebView and WeChat's browser on Android
 * are Chromium and count as `chrome`; every browser on iOS is Safari's engine. README names the same ones.
 */
export const oldestBrowsers = { chrome: 109, edge: 109, firefox: 115, safari: 16, ios: 16 } as const;

/** The same for esbuild's `target`. */
export const buildTarget = ['es2022', ...Object.entries(oldestBrowsers).map(([name, version]) => `${name}${version}`)];
