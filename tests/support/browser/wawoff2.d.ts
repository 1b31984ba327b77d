declare module 'wawoff2' {
  /** Turns a WOFF2 font into the TrueType or OpenType font that was compressed. */
  export function decompress(font: Uint8Array): Promise<Uint8Array>;
}
