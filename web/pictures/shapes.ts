/** Numbers that look random and are the same in every build. */
export function numbersFrom(seed: string): (from: number, to: number) => number {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2_147_483_647, 7);
  return (from, to) => {
    state = (state * 48_271) % 2_147_483_647;
    return from + (state / 2_147_483_647) * (to - from);
  };
}

/** A picture of 160 × 160. */
export function picture(background: string, ...parts: string[]): string {
  const back = `<rect width="160" height="160" fill="${background}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160">${back}${parts.join('')}</svg>\n`;
}

export function circle(x: number, y: number, radius: number, fill: string, more = ''): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}"${more}/>`;
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, turn = 0): string {
  const turned = turn === 0 ? '' : ` transform="rotate(${round(turn)} ${round(x)} ${round(y)})"`;
  return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(rx)}" ry="${round(ry)}" fill="${fill}"${turned}/>`;
}

/** A box with round corners about its middle. */
export function box(x: number, y: number, width: number, height: number, fill: string, turn = 0, corner = 3): string {
  const at = `x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${at} rx="${corner}" fill="${fill}" transform="rotate(${round(turn)} ${round(x)} ${round(y)})"/>`;
}

export function path(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}"${more}/>`;
}

/** A line with round ends. */
export function stroke(d: string, colour: string, width: number): string {
  return path(d, 'none', ` stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`);
}

/** A plate from above, with its shadow. */
export function plate(rim = '#ffffff', well = '#f4efe6'): string {
  return circle(80, 85, 66, '#00000022') + circle(80, 80, 66, rim) + circle(80, 80, 50, well);
}

/** A bowl from above, full of something. */
export function bowl(outside: string, inside: string): string {
  const shadow = circle(80, 86, 64, '#00000026');
  return shadow + circle(80, 80, 64, outside) + circle(80, 80, 56, '#fffaf0') + circle(80, 80, 51, inside);
}

/** So many of something, within a circle about the middle, each with a place and a turn of its own. */
export function scatter(
  count: number,
  radius: number,
  random: (from: number, to: number) => number,
  draw: (x: number, y: number, turn: number) => string,
): string {
  return Array.from({ length: count }, (_, index) => {
    // The golden angle: near each other, and never in rows.
    const angle = index * 2.399_963 + random(-0.3, 0.3);
    const distance = radius * Math.sqrt((index + 0.5) / count);
    return draw(80 + distance * Math.cos(angle), 80 + distance * Math.sin(angle), random(0, 180));
  }).join('');
}

/** Noodles as they lie in a bowl: waves side by side, in two directions. */
export function noodles(colours: readonly [string, string], width: number, radius = 44): string {
  const gap = width * 1.25;
  const lines: string[] = [];
  for (let at = -radius; at <= radius; at += gap) {
    const half = Math.sqrt(Math.max(0, radius * radius - at * at)) * 0.94;
    if (half < 8) continue;
    const colour = Math.round(at / gap) % 2 === 0 ? colours[0] : colours[1];
    const [y, left, right] = [round(80 + at), round(80 - half), round(80 + half)];
    lines.push(
      stroke(
        `M${left} ${y}C${round(80 - half / 3)} ${round(y - 9)} ${round(80 + half / 3)} ${round(y + 9)} ${right} ${y}`,
        colour,
        width,
      ),
    );
  }
  return `<g transform="rotate(-24 80 80)">${lines.join('')}</g>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
