/**
 * Gets the image and follows it. A request names the ETag of the image that the page shows, and waits: the service
 * answers as soon as there is another image, or after some seconds that there is none (RFC 7240, the preference wait).
 * Then the next request begins. Nothing here depends on which replica answers, so nothing is lost when one restarts.
 */

/** How long the service may wait before it answers that nothing has changed, in seconds. Proxies allow 60. */
const WAIT = 30;

/** The same, as long as something is to be seen soon that is no new image: the end of an outage, or a missing date. */
const SHORT_WAIT = 3;

/** How much later than that the head of an answer may come, and how long nothing of a body may come, in ms. */
const SILENCE = 15_000;

/** The time from one request to the next, in ms, where the service does not wait: there is no image, for example. */
const INTERVAL = 1_000;

/** The pause after a first error, and the longest, in ms. Each error doubles it. */
const FIRST_RETRY = 500;
const LAST_RETRY = 8_000;

/** Every try without the right password may open a dialog of the browser. */
const UNAUTHORIZED_RETRY = 60_000;

const NO_ANSWER = 'The service does not answer.';

/** An answer that is none, with words for the reader. */
class Failure extends Error {
  constructor(words, retryAfter = 0) {
    super(words);
    this.retryAfter = retryAfter;
  }
}

/**
 * Begins to follow when restart() is called.
 *
 * @param address of the image
 * @param page is called with each answer: show(blob, facts, signal), which resolves when the image is visible;
 *     unchanged(facts); empty(); unauthorized(); failed(words)
 * @return restart() asks at once, whatever was in progress; stop() ends it
 */
export function follow(address, page) {
  let shown = null; // tag and date of the image that the page shows
  let wait = WAIT;
  let errors = 0;
  let run = new AbortController();

  function stop() {
    run.abort();
    errors = 0;
  }

  function restart() {
    stop();
    run = new AbortController();
    repeat(run.signal);
  }

  async function repeat(signal) {
    while (!signal.aborted) {
      await pause(await round(signal), signal);
    }
  }

  /** One request. Returns the time until the next, in ms, and never fails. */
  async function round(signal) {
    const request = timed(signal);
    try {
      const least = await handle(await ask(request), request, signal);
      errors = 0;
      return least - (performance.now() - request.begun);
    } catch (error) {
      return signal.aborted ? 0 : failed(error);
    } finally {
      request.end();
    }
  }

  function ask(request) {
    request.within(wait * 1000 + SILENCE);
    return fetch(address, {
      headers: shown?.tag ? { 'If-None-Match': shown.tag, Prefer: `wait=${wait}` } : {},
      cache: shown?.tag ? 'no-store' : 'no-cache',
      credentials: 'same-origin', // the browser adds the password that it knows
      redirect: 'manual', // a proxy redirects to its login page when a session has ended
      signal: request.signal,
    });
  }

  /** Returns the least time from this request to the next, in ms. */
  async function handle(response, request, signal) {
    const type = response.headers.get('Content-Type') ?? '';
    if (response.status === 200 && type.startsWith('image/')) {
      return news(response, request, signal);
    } else if (response.status === 304) {
      return same(facts(response), request);
    } else if (response.status === 401 || response.type === 'opaqueredirect') {
      page.unauthorized();
      return UNAUTHORIZED_RETRY;
    } else if (response.status === 404 && isProblem(type)) { // and not of a proxy that has no replica to ask
      shown = null;
      page.empty();
      return jitter(INTERVAL);
    }
    const retryAfter = Number(response.headers.get('Retry-After')) * 1000 || 0;
    throw new Failure((isProblem(type) && (await response.json()).detail) || NO_ANSWER, retryAfter);
  }

  async function news(response, request, signal) {
    const known = facts(response);
    const tag = (response.headers.get('ETag') ?? '').replace(/^W\//, ''); // proxies weaken what they recompress
    if (shown && tag && tag === shown.tag) {
      return same(known, request);
    } else if (shown && known.stale && known.modified < shown.modified) {
      // During an outage each replica serves the last image that it saw, and this one saw less than another.
      same({ ...known, modified: NaN, age: NaN }, request);
      return SHORT_WAIT * 1000;
    }
    const blob = await read(response, request);
    request.end(); // decoding is not limited
    await page.show(blob, known, signal);
    if (signal.aborted) {
      return 0;
    }
    shown = { tag, modified: known.modified };
    wait = waitAfter(known);
    return tag ? 0 : 5 * INTERVAL; // without a tag, each answer is the whole image
  }

  /**
   * The time counts from the request, if the service says that it has waited as long as it was asked. If not, it has
   * sent away many pages at once, or would send this one away again. Then the time counts from the answer.
   */
  function same(known, request) {
    shown.modified = known.modified || shown.modified;
    wait = waitAfter(known);
    page.unchanged(known);
    return jitter(INTERVAL) + (known.waited ? 0 : performance.now() - request.begun);
  }

  function waitAfter(known) {
    return known.stale || Number.isNaN(known.modified) ? SHORT_WAIT : WAIT;
  }

  /** The first error stays unseen, because the next request goes to another replica. */
  function failed(error) {
    errors++;
    if (errors > 1 || !navigator.onLine) {
      page.failed(error instanceof Failure ? error.message : NO_ANSWER);
    }
    const backOff = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (errors - 1));
    return jitter(Math.max(backOff, Math.min(error.retryAfter ?? 0, LAST_RETRY)));
  }

  return { restart, stop };
}

/** What the headers say of the image. The age is by the clocks of the service alone, and NaN if it is not known. */
function facts(response) {
  const header = (name) => response.headers.get(name) ?? '';
  const modified = Date.parse(header('Last-Modified'));
  const status = /\blatest-image\s*;[^,]*\bfwd=stale\b[^,]*/.exec(header('Cache-Status')); // RFC 9211
  return {
    modified,
    age: Math.max(0, (Date.parse(header('Date')) - modified) / 1000),
    at: performance.now(),
    stale: status ? (/\bdetail=([\w-]+)/.exec(status[0])?.[1] ?? 'unknown') : '',
    maxAge: Number(header('Latest-Image-Max-Age')),
    server: header('Server'),
    waited: response.headers.has('Preference-Applied'),
  };
}

function isProblem(type) {
  return type.startsWith('application/problem+json');
}

/** Reads a body of any length, and fails when nothing of it arrives any more. */
async function read(response, request) {
  const parts = [];
  const reader = response.body.getReader();
  for (;;) {
    request.within(SILENCE);
    const { done, value } = await reader.read();
    if (done) {
      return new Blob(parts, { type: response.headers.get('Content-Type') });
    }
    parts.push(value);
  }
}

/** The signal of a request, which ends with another signal, or when the time that was set last is over. */
function timed(signal) {
  const request = new AbortController();
  const abort = () => request.abort();
  let timer = 0;
  signal.addEventListener('abort', abort);
  return {
    begun: performance.now(),
    signal: request.signal,
    within(ms) {
      clearTimeout(timer);
      timer = setTimeout(abort, ms);
    },
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      abort(); // also the rest of a body that nobody reads
    },
  };
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal.addEventListener('abort', end);
  });
}

/** Between half of it and all, so that the pages that an outage has synchronised do not come back as one. */
function jitter(ms) {
  return ms * (0.5 + Math.random() / 2);
}
