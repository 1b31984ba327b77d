// Runs before the page, in browsers that may not be able to read the page's script. So it is one classic script with
// nothing in it that is newer than ECMAScript 5; a test holds the built file against that. A browser that lacks something
// without which the page does not work is told so in one sentence. What only some browsers have, and the page does
// without, is not asked for here.

if (lacksSomething()) document.addEventListener('DOMContentLoaded', sayWhatIsNeeded);

function lacksSomething(): boolean {
  return (
    !('noModule' in document.createElement('script')) ||
    typeof fetch !== 'function' ||
    typeof WebSocket !== 'function' ||
    typeof AbortController !== 'function' ||
    typeof crypto !== 'object' ||
    typeof Array.prototype.findLast !== 'function' ||
    typeof String.prototype.replaceAll !== 'function' ||
    typeof HTMLDialogElement !== 'function' ||
    typeof HTMLDialogElement.prototype.showModal !== 'function' ||
    typeof CSS !== 'object' ||
    !CSS.supports('height', '100dvh') ||
    !CSS.supports('container-type', 'inline-size')
  );
}

function sayWhatIsNeeded(): void {
  document.body.insertBefore(sentence(document.createElement('p')), document.body.firstChild);
}

function sentence(place: HTMLElement): HTMLElement {
  place.id = 'browser-too-old';
  place.setAttribute('role', 'alert');
  place.appendChild(
    document.createTextNode(
      '此页面需要较新的浏览器：Chrome 或 Edge 109、Firefox 115、Safari（iOS）16 或更高版本。在微信中请先更新微信，或用手机自带的浏览器打开。 ' +
        'This page needs a newer browser: Chrome or Edge 109, Firefox 115, Safari (iOS) 16, or later. In WeChat, update WeChat or open the page in the phone’s own browser.',
    ),
  );
  return place;
}
