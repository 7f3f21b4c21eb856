// The service, for a browser: each run is a sequence of events that survives a lost network.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;
const SILENCE = 8_000; // the server beats each 0.4 s, so that this long a silence is a lost network
const ENDS = new Set(['run_finished', 'run_failed']);

/** A request that the server has refused. */
export class Refusal extends Error {
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export class Api {
  #token;
  #base;
  #onConnection;

  /** `onConnection` is told 'live' or 'lost'. */
  constructor({ token, base = '', onConnection = () => {} }) {
    this.#token = token;
    this.#base = base;
    this.#onConnection = onConnection;
  }

  /** What was said in a conversation, and what waits. */
  async state(session) {
    return (await this.#fetch(`/api/chat/${session}`)).json();
  }

  /** Ends the run of a conversation. */
  async cancel(session) {
    await this.#fetch(`/api/chat/${session}/cancel`, { body: {} });
  }

  /** The events of the run that answers a message; `onSession` is told whose it is. */
  say(message, { session, onSession, signal }) {
    const body = { message, on_disconnect: 'continue', ...(session ? { session } : {}) };
    return this.#start('/api/chat', body, onSession, signal);
  }

  /** The events of the run that goes on when calls are answered. */
  answer(session, answers, { signal }) {
    const body = { answers, on_disconnect: 'continue' };
    return this.#start(`/api/chat/${session}/approve`, body, () => {}, signal);
  }

  /** The events of a run that others have begun: a snapshot, then what comes. */
  async *follow(session, { lastId = '', signal }) {
    const seen = { lastId };
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const headers = seen.lastId === '' ? {} : { 'Last-Event-ID': seen.lastId };
        const response = await this.#fetch(`/api/chat/${session}/events`, { headers, signal });
        for await (const event of this.#events(response, seen)) {
          wait = FIRST_WAIT;
          yield event;
          if (ENDS.has(event.event)) return;
        }
      } catch (failure) {
        if (signal?.aborted || failure instanceof Refusal) throw failure;
      }
      await this.#lost(wait, signal);
    }
  }

  async *#start(path, body, onSession, signal) {
    const headers = { 'Idempotency-Key': randomKey() }; // sent twice, it still starts one run
    const seen = { lastId: '' };
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      let session;
      try {
        const response = await this.#fetch(path, { body, headers, signal });
        session = response.headers.get('X-Session-Id');
        onSession(session);
        for await (const event of this.#events(response, seen)) {
          yield event;
          if (ENDS.has(event.event)) return;
        }
      } catch (failure) {
        if (signal?.aborted || failure instanceof Refusal) throw failure;
      }
      await this.#lost(wait, signal);
      if (session) {
        yield* this.follow(session, { lastId: seen.lastId, signal });
        return;
      }
    }
  }

  async #lost(wait, signal) {
    this.#onConnection('lost');
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait * (0.5 + Math.random() / 2));
      const now = () => (clearTimeout(timer), resolve());
      globalThis.addEventListener?.('online', now, { once: true });
      signal?.addEventListener('abort', now, { once: true });
    });
    signal?.throwIfAborted();
  }

  async #fetch(path, { body, headers = {}, signal } = {}) {
    const response = await fetch(this.#base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal,
    });
    if (response.ok) {
      this.#onConnection('live');
      return response;
    }
    const { error } = await response.json().catch(() => ({ error: {} }));
    throw new Refusal(response.status, error?.type ?? '', error?.message ?? `status ${response.status}`);
  }

  /** The events of one response; `seen.lastId` is kept up to date. */
  async *#events(response, seen) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await withinSilence(reader.read());
        if (done) return;
        const frames = (rest + value).split('\n\n');
        rest = frames.pop();
        for (const frame of frames) {
          const { id, data } = parse(frame);
          if (id !== undefined) seen.lastId = id;
          if (data !== undefined) yield JSON.parse(data);
        }
      }
    } finally {
      reader.cancel().catch(() => {}); // what is read no more need not be sent
    }
  }
}

/** Each frame of this server has at most one line of each field. */
function parse(frame) {
  const fields = {};
  for (const line of frame.split('\n')) {
    const at = line.indexOf(': ');
    if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2);
  }
  return fields;
}

async function withinSilence(promise) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the server is silent')), SILENCE);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** `crypto.randomUUID` is there on secure origins only. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
