// What the tests ask about the page. It is loaded before the page's own scripts, and changes nothing of the page.
'use strict';

window.observer = (() => {
  const states = [];
  const violations = [];

  document.addEventListener('securitypolicyviolation', event =>
    violations.push(`${event.effectiveDirective} blocked ${event.blockedURI}`));

  new MutationObserver(() => {
    const state = document.body?.dataset.state;
    if (state && state !== states.at(-1)) {
      states.push(state);
    }
  }).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ['data-state']});

  const byId = id => document.getElementById(id);

  function visible(id) {
    const element = byId(id);
    return element !== null && element.checkVisibility({visibilityProperty: true})
      && element.getClientRects().length > 0;
  }

  // What a person sees or hears of an element, without what is hidden in it.
  const text = id => byId(id)?.innerText.trim().replace(/\s+/g, ' ') ?? '';

  // The size of the image file that is shown: the tests upload images of different sizes.
  function picture() {
    const image = byId('picture');
    return visible('picture') && image.complete && image.naturalWidth > 0
      ? `${image.naturalWidth}x${image.naturalHeight}` : 'none';
  }

  const error = () => visible('error') ? text('error') : '';

  const describe = () => `${document.body.dataset.state} ${picture()} ${error()}`;

  // Where the image file is drawn, which may be less than the element if object-fit leaves a margin.
  function drawn() {
    const image = byId('picture');
    const box = image.getBoundingClientRect();
    const fit = getComputedStyle(image).objectFit;
    let {width, height} = box;
    if (fit === 'contain' || fit === 'scale-down') {
      const largest = fit === 'scale-down' ? 1 : Infinity;
      const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight, largest);
      width = image.naturalWidth * scale;
      height = image.naturalHeight * scale;
    }
    const left = box.left + (box.width - width) / 2;
    return {left, right: left + width, width, height};
  }

  // What is wrong with how the picture and the controls lie in the window, one text each.
  function layoutProblems() {
    const problems = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      problems.push(`it scrolls sideways: ${root.scrollWidth} px in a window of ${root.clientWidth} px`);
    }
    const image = byId('picture');
    const box = drawn();
    if (box.left < -1 || box.right > innerWidth + 1 || box.height > innerHeight + 1) {
      problems.push(`the picture does not fit: ${JSON.stringify(box)} in ${innerWidth}x${innerHeight}`);
    }
    if (Math.abs(box.width / box.height / (image.naturalWidth / image.naturalHeight) - 1) > 0.03 && box.height > 20) {
      problems.push(`the picture is distorted: ${JSON.stringify(box)} for ${picture()}`);
    }
    const share = Math.max(box.width / innerWidth, box.height / innerHeight);
    if (share < 0.5 && box.width < image.naturalWidth * 0.98) {
      problems.push(`the picture is small: ${JSON.stringify(box)} in ${innerWidth}x${innerHeight}`);
    }
    for (const control of document.querySelectorAll('button, input, label, a, [role=status], [role=alert]')) {
      const rect = control.getBoundingClientRect();
      if (control.checkVisibility() && rect.width > 1 && (rect.left < -1 || rect.right > innerWidth + 1)) {
        problems.push(`cut off: ${control.id || control.tagName} from ${rect.left} to ${rect.right} px`);
      }
    }
    return problems;
  }

  // Whatever can be seen in the window besides the picture.
  function extras() {
    const drawsItself = /^(BUTTON|INPUT|SELECT|TEXTAREA|A|IMG|PROGRESS|DIALOG|SVG|CANVAS)$/i;
    const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '');
    return [...document.body.querySelectorAll('*')].filter(element => {
      const rect = element.getBoundingClientRect();
      return element.id !== 'picture' && (drawsItself.test(element.tagName) || hasText(element))
        && element.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && rect.width > 1 && rect.height > 1
        && document.elementsFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2).includes(element);
    }).map(element => element.id || element.tagName);
  }

  // Whether the text is light, as in a dark theme. A canvas turns any notation of the color into numbers.
  function hasLightText() {
    const context = document.createElement('canvas').getContext('2d');
    context.fillStyle = getComputedStyle(document.body).color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127;
  }

  // The style of an element, and of what may be drawn in its place: its labels, its parent and its neighbours.
  function style(element) {
    const around = [element, element.parentElement, element.previousElementSibling, element.nextElementSibling];
    return around.concat(...(element.labels ?? [])).filter(one => one !== null).map(one => {
      const of = getComputedStyle(one);
      return [of.outlineStyle, of.outlineWidth, of.outlineColor, of.boxShadow, of.borderColor, of.backgroundColor,
        of.textDecorationLine].join();
    }).join('|');
  }

  // Whether a person sees that the active element has the focus.
  function focusIsVisible() {
    const element = document.activeElement;
    const focused = style(element);
    element.blur();
    const blurred = style(element);
    element.focus();
    return focused !== blurred;
  }

  const isFullScreen = () => document.fullscreenElement !== null;

  const focused = () => document.activeElement?.id || document.activeElement?.tagName || 'nothing';

  function transfer(name, type, base64) {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), char => char.charCodeAt(0))], name, {type}));
    return data;
  }

  // Drops a file, and returns whether the page has taken it. A browser opens a file that no page takes.
  function drop(name, type, base64) {
    const dataTransfer = transfer(name, type, base64);
    const taken = kind => !byId('drop').dispatchEvent(
      new DragEvent(kind, {bubbles: true, cancelable: true, composed: true, dataTransfer}));
    taken('dragenter');
    return taken('dragover') && taken('drop');
  }

  function paste(name, type, base64) {
    const clipboardData = transfer(name, type, base64);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', {bubbles: true, cancelable: true, composed: true, clipboardData}));
  }

  return {
    violations: () => violations, history: () => states, visible, text, picture, error, describe,
    layoutProblems, extras, hasLightText, focusIsVisible, isFullScreen, focused, drop, paste,
  };
})();
