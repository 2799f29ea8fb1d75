/** Uploads one file at a time. Shows its progress, its errors in the service's words, and the dialog for a token. */

const byId = (id) => document.getElementById(id);

/** Where the tab keeps the token: not beyond the tab, and not for another instance on the same host. */
const KEY = `latest-image token of ${location.pathname}`;

/** For answers that a proxy gives, which have no words for people. */
const WORDS = {
  0: 'The upload did not get through. The connection broke, or this browser could not read the file.',
  403: 'A proxy before the service does not allow this upload.',
  408: 'The upload took too long.',
  413: 'The image is too large for a proxy before the service.',
  502: 'A proxy found no service that takes uploads. Try again in a moment.',
  503: 'A proxy found no service that takes uploads. Try again in a moment.',
  504: 'The service did not answer in time. The page shows whether the image was replaced.',
};

/**
 * Connects the elements of an upload.
 *
 * @param address of the image
 * @param say shows a message, politely
 * @param uploaded is called when the service has acknowledged an image
 * @return send(file) uploads it; fail(words) shows an error
 */
export function uploads(address, say, uploaded) {
  let token = stored();
  let file = null; // the last that was sent
  let busy = false;
  let request = null;

  byId('cancel').addEventListener('click', () => request?.abort());
  byId('retry').addEventListener('click', () => send(file));
  byId('dismiss').addEventListener('click', () => clear());

  async function send(next) {
    if (busy) {
      fail('Another upload is in progress. Wait until it has ended, or cancel it.');
      return;
    }
    busy = true;
    file = next;
    clear();
    say('');
    try {
      await attempt();
    } finally {
      busy = false;
    }
  }

  /** Repeats the upload until the token is the right one, or the dialog is left. */
  async function attempt() {
    let answer = await put();
    while (answer.status === 401) {
      const wrong = token !== '';
      keep('');
      const entered = await ask(wrong);
      if (!entered) {
        say('The upload was cancelled.');
        return;
      }
      keep(entered);
      answer = await put();
    }
    if (answer.cancelled) {
      say('The upload was cancelled.');
    } else if (answer.status >= 200 && answer.status < 300) {
      say('Uploaded.');
      uploaded();
    } else {
      const again = answer.status === 0 || answer.status === 408 || answer.status === 429 || answer.status >= 500;
      fail(answer.detail || WORDS[answer.status] || `The upload failed with the status ${answer.status}.`, again);
    }
  }

  /** Sends the file. XMLHttpRequest reports how much has been sent, which fetch does not. */
  async function put() {
    request = new XMLHttpRequest();
    const answer = new Promise((resolve) => {
      request.onload = () => resolve({ status: request.status, detail: detail(request) });
      request.onerror = () => resolve({ status: 0 });
      request.onabort = () => resolve({ status: 0, cancelled: true });
    });
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.upload.onload = () => progress(1, 1);
    request.open('PUT', address);
    if (token) {
      request.setRequestHeader('Authorization', `Bearer ${token}`);
    }
    progress(0, 1);
    byId('uploading').hidden = false;
    request.send(file);
    try {
      return await answer;
    } finally {
      request = null;
      const focused = document.activeElement === byId('cancel');
      byId('uploading').hidden = true;
      if (focused) {
        byId('choose').focus(); // otherwise the focus would be nowhere
      }
    }
  }

  /** When everything is sent, the service still has to store it, and nobody knows for how long. */
  function progress(sent, total) {
    const percent = total > 0 ? Math.floor((sent / total) * 100) : 0;
    const name = file.name || 'the image';
    byId('uploading-words').textContent = percent < 100 ? `Uploading ${name}, ${percent} %` : `Storing ${name}`;
    if (percent < 100) {
      byId('progress').value = percent;
    } else {
      byId('progress').removeAttribute('value');
    }
  }

  function fail(words, again = false) {
    byId('retry').hidden = !again;
    byId('failure').hidden = false;
    byId('error').textContent = words;
  }

  function clear() {
    const focused = byId('failure').contains(document.activeElement);
    byId('error').textContent = '';
    byId('failure').hidden = true;
    if (focused) {
      byId('choose').focus();
    }
  }

  /** Resolves with the token; with nothing if the dialog is left without one. */
  function ask(wrong) {
    const dialog = byId('token-dialog');
    byId('token-wrong').hidden = !wrong;
    dialog.returnValue = '';
    dialog.showModal();
    byId('token').focus();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        const entered = byId('token').value;
        byId('token').value = '';
        resolve(dialog.returnValue === 'send' ? entered : '');
      }, { once: true });
    });
  }

  function keep(value) {
    token = value;
    try {
      sessionStorage.setItem(KEY, value);
    } catch {
      // Some browsers forbid pages to store anything. Then it lasts until this page is left.
    }
  }

  function stored() {
    try {
      return sessionStorage.getItem(KEY) ?? '';
    } catch {
      return '';
    }
  }

  return { send, fail };
}

/** What the service says of a rejected upload (RFC 9457). */
function detail(request) {
  if (!(request.getResponseHeader('Content-Type') ?? '').startsWith('application/problem+json')) {
    return '';
  }
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return '';
  }
}
