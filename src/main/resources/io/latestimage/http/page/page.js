/** The page: shows what follow.js gets, and hands to upload.js what people drop, paste, choose or photograph. */

import { follow } from './follow.js';
import { uploads } from './upload.js';

const byId = (id) => document.getElementById(id);
const picture = byId('picture');
const frame = byId('drop');
const kiosk = new URLSearchParams(location.search).has('kiosk');

/** Of the image. The page may have been opened with a password in its address, with which fetch refuses to work. */
const address = new URL('image', document.baseURI);
address.username = '';
address.password = '';

/** Who listens to the page hears of no more than one new image in this time, in ms. */
const ANNOUNCEMENT_INTERVAL = 15_000;

const FOLLOWS = 'This page shows each new image as soon as it is there.';

const UNITS = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]];

let image = null; // what is known of the image that is shown
let bytesAddress = ''; // of its bytes: a blob: URL, so that what is shown is what the ETag names
let empty = false; // the service has said that it has no image
let trouble = ''; // unauthorized, or offline
let announced = -ANNOUNCEMENT_INTERVAL;

// ---- what is shown

/** Replaces the picture when the new one is decoded; until then, the old one stays. */
async function show(blob, facts, signal) {
  const next = URL.createObjectURL(blob);
  const decoded = await decode(next);
  if (signal.aborted) {
    URL.revokeObjectURL(next);
    return;
  }
  const first = !image;
  if (Number.isNaN(facts.age)) {
    facts.age = 0; // just published: the date follows when it is no longer in the future
  }
  image = { ...facts, type: blob.type, size: blob.size, pixels: decoded };
  picture.src = decoded ? next : 'icon.svg'; // at once, because it is decoded
  URL.revokeObjectURL(bytesAddress);
  bytesAddress = next;
  picture.hidden = !decoded;
  byId('unshowable').hidden = Boolean(decoded);
  byId('download').href = next;
  byId('download').download = `image.${extension(blob.type)}`;
  announce(first);
  recovered(false);
}

/** The size in pixels, when the browser is ready to draw the image; nothing if it cannot: HEIC, TIFF, damaged files. */
async function decode(url) {
  const probe = new Image();
  probe.src = url;
  try {
    await probe.decode();
    return `${probe.naturalWidth} × ${probe.naturalHeight}`;
  } catch {
    return '';
  }
}

function announce(first) {
  if (performance.now() - announced > ANNOUNCEMENT_INTERVAL) {
    announced = first ? announced : performance.now();
    say(first ? FOLLOWS : `There is a new image: ${image.type}, ${bytes(image.size)}.`);
  }
}

function unchanged(facts) {
  const { modified, age, at } = Number.isNaN(facts.age) ? image : facts;
  image = { ...image, ...facts, modified, age, at };
  recovered(false);
}

function noImage() {
  image = null;
  picture.src = 'icon.svg';
  picture.hidden = true;
  byId('unshowable').hidden = true;
  URL.revokeObjectURL(bytesAddress);
  bytesAddress = '';
  say(FOLLOWS);
  recovered(true);
}

function recovered(without) {
  trouble = '';
  empty = without;
  render();
}

function failed(words) {
  trouble = 'offline';
  write('offline', `${words} This page tries again by itself.`);
  render();
}

function unauthorized() {
  trouble = 'unauthorized';
  render();
}

/** Everything that follows from the variables above and from the time. */
function render() {
  const age = image ? image.age + (performance.now() - image.at) / 1000 : NaN;
  const old = image !== null && image.maxAge > 0 && age > image.maxAge;
  const stale = image?.stale ?? '';
  document.body.dataset.state =
    trouble || (empty ? 'empty' : !image ? 'loading' : stale ? 'stale' : old ? 'old' : 'shown');
  document.body.classList.toggle('pictured', image !== null);
  const impaired = Boolean(trouble || stale);
  if (impaired && !byId('message').hidden) {
    say(FOLLOWS); // which is seen, and said, when everything works again
  }
  byId('message').hidden = impaired;
  byId('offline').hidden = trouble !== 'offline';
  byId('unauthorized').hidden = trouble !== 'unauthorized';
  byId('empty').hidden = !empty;
  byId('stale').hidden = !stale;
  byId('old').hidden = !old;
  byId('details').hidden = !image;
  if (!image) {
    return;
  }
  write('stale', stale === 'replica-fault'
    ? 'The replica that answered has a fault of its own. This is the last image that it got.'
    : 'The storage does not answer. This is the last image that the service got, and uploads must wait.');
  write('old', `This image is older than ${span(image.maxAge, (unit) => image.maxAge % unit === 0)}.`);
  write('age', ago(age));
  byId('age').title = Number.isNaN(image.modified) ? '' : new Date(image.modified).toLocaleString();
  write('type', image.type);
  write('size', bytes(image.size));
  write('pixels', image.pixels || 'unknown');
  write('server', image.server || 'unknown');
}

/** Sets a text, unless it is the same: a screen reader would say it again. */
function write(id, words) {
  if (byId(id).textContent !== words) {
    byId(id).textContent = words;
  }
}

function say(words) {
  write('message', words);
}

function ago(age) {
  return age < 1 ? 'just now' : `${span(age, (unit) => age >= unit)} ago`;
}

/** A time in the largest unit that fits. */
function span(seconds, fits) {
  const [name, unit] = UNITS.find(([, length]) => fits(length)) ?? UNITS[UNITS.length - 1];
  const count = Math.floor(seconds / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function bytes(size) {
  const power = size < 1000 ? 0 : size < 1e6 ? 1 : 2;
  return `${Number((size / 1000 ** power).toPrecision(3))} ${['bytes', 'kB', 'MB'][power]}`;
}

function extension(type) {
  const names = { 'image/jpeg': 'jpg', 'image/vnd.microsoft.icon': 'ico' };
  return names[type] ?? type.slice('image/'.length);
}

// ---- following

const following = follow(address, { show, unchanged, empty: noImage, unauthorized, failed });

/** A page that nobody sees asks nothing: a browser has six connections to a host, for all of its tabs. */
function watch() {
  if (document.visibilityState === 'visible') {
    following.restart();
    stayAwake();
  } else {
    following.stop();
  }
}

/** A wall screen must not go dark. Browsers allow it over TLS only. */
async function stayAwake() {
  try {
    if (kiosk) {
      await navigator.wakeLock.request('screen');
    }
  } catch {
    // Then the screen keeps its own settings.
  }
}

document.addEventListener('visibilitychange', watch);
window.addEventListener('online', watch);
window.addEventListener('offline', watch); // the request in progress would never end
window.addEventListener('pageshow', (event) => event.persisted && watch());
byId('reload').addEventListener('click', () => location.reload());

// ---- uploads

const upload = uploads(address, say, () => {
  announced = performance.now(); // whoever uploaded the image need not be told of it
  following.restart();
});

function take(files, none) {
  if (files.length === 1) {
    upload.send(files[0]);
  } else {
    upload.fail(files.length === 0 ? none : `These are ${files.length} files. Send one image.`);
  }
}

for (const input of [byId('choose'), byId('take')]) {
  input.addEventListener('change', () => {
    if (input.files.length > 0) {
      take([...input.files]);
      input.value = ''; // so that the same file can be chosen again
    }
  });
}

document.addEventListener('paste', (event) => {
  if (!kiosk && !byId('token-dialog').open) {
    take([...event.clipboardData.files], 'There is no image in the clipboard.');
  }
});

let ownPicture = false; // which is dragged out of the page, and not to be uploaded again
document.addEventListener('dragstart', () => (ownPicture = true));
document.addEventListener('dragend', () => (ownPicture = false));

for (const name of ['dragenter', 'dragover', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault(); // otherwise the browser would leave the page for the file
    const accepted = !kiosk && !ownPicture;
    frame.classList.toggle('target', accepted && name !== 'drop');
    event.dataTransfer.dropEffect = accepted ? 'copy' : 'none';
    if (accepted && name === 'drop') {
      take([...event.dataTransfer.files], 'This is not a file. Save the image first, and drop the file.');
    }
  });
}
document.addEventListener('dragleave', (event) => event.relatedTarget || frame.classList.remove('target'));

// ---- the whole screen

async function toggleFullScreen() {
  try {
    await (document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen());
  } catch {
    if (!kiosk) {
      location.assign('?kiosk'); // a browser without full screen, as on some phones
    }
  }
}

/** Nothing that is covered can have the focus. */
document.addEventListener('fullscreenchange', () => {
  const full = document.fullscreenElement !== null;
  document.body.classList.toggle('full', full);
  if (!full && !kiosk) {
    byId('fullscreen').focus();
  }
});

byId('fullscreen').addEventListener('click', toggleFullScreen);
if (kiosk) {
  document.body.classList.add('kiosk');
  document.addEventListener('click', toggleFullScreen);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && location.assign('.'));
}

document.documentElement.classList.add('script');
say('Loading the image.');
setInterval(render, 1000);
watch();
