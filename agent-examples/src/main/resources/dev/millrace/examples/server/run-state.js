// What a conversation looks like, as a pure function of its events: reduce(state, event) gives the
// next state and changes nothing. Items that stay the same stay identical, so that a view need not
// draw them again.

const NO_TOKENS = Object.freeze({ input: 0, output: 0, cached: 0 });

export const EMPTY = Object.freeze({
  items: [], // in the order in which they are seen
  before: { items: [], tokens: NO_TOKENS }, // from before the run that goes on
  nextKey: 1,
  status: 'idle', // idle, running, waiting
  model: '',
  approvals: [], // the calls that wait, as they were shown
  tokens: NO_TOKENS,
  cost: null, // in US dollars; null when no price is known
  isPartial: false, // a snapshot could not show everything; the server has the rest
  run: null, // how the last run ended: { outcome, detail } or { error }
});

const STREAMED = new Set(['text', 'thinking', 'tool']);

/** The state of a conversation as the server keeps it. */
export function fromHistory({ messages, approvals = [], running = false }) {
  let state = EMPTY;
  for (const message of messages) {
    const blocks =
      typeof message.content === 'string'
        ? [{ type: 'text', text: message.content }]
        : message.content;
    for (const block of blocks) state = addBlock(state, message.role, block);
  }
  for (const approval of approvals) state = reduce(state, { event: 'approval_requested', ...approval });
  const status = running ? 'running' : approvals.length > 0 ? 'waiting' : 'idle';
  return { ...state, status, before: { items: state.items, tokens: state.tokens } };
}

function addBlock(state, role, block) {
  switch (block.type) {
    case 'text':
      return block.text.trim() === ''
        ? state
        : push(state, { kind: role === 'user' ? 'user' : 'text', text: block.text, state: 'done' });
    case 'thinking':
      return push(state, { kind: 'thinking', text: block.thinking, state: 'done' });
    case 'tool_use':
      return push(state, tool(block.id, block.name, JSON.stringify(block.input), 'called'));
    case 'tool_result':
      return change(state, isTool(block.tool_use_id), {
        state: block.is_error ? 'failed' : 'done',
        result: resultText(block.content),
      });
    default:
      return push(state, { kind: 'note', text: block.type, state: 'done' });
  }
}

function resultText(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).map((block) => block.text ?? `[${block.type}]`).join('\n');
}

/** The user has said something, or answered: a run begins. */
export function begin(state, said) {
  const next = said === undefined ? state : push(state, { kind: 'user', text: said, state: 'done' });
  const before = { items: next.items, tokens: next.tokens };
  return { ...next, before, status: 'running', approvals: [], run: null, isPartial: false };
}

export function reduce(state, event) {
  switch (event.event) {
    case 'run_started':
      return { ...state, model: event.model, status: 'running' };
    case 'snapshot':
      return event.events.reduce(reduce, {
        ...state,
        ...state.before,
        approvals: [],
        isPartial: event.is_partial,
      });
    case 'text_delta':
      return stream(state, 'text', event.turn, event.text);
    case 'thinking_delta':
      return stream(state, 'thinking', event.turn, event.thinking);
    case 'tool_input_delta':
      return toolInput(state, event);
    case 'message_completed':
      return completed(state, event);
    case 'turn_retried':
      return retried(state, event);
    case 'transcript_compacted':
      return push(state, {
        kind: 'note',
        text: `${event.messages_before} messages were summed up in ${event.messages_after}`,
        state: 'done',
      });
    case 'tool_started':
      return startedTool(state, event);
    case 'tool_progress':
      return change(state, isTool(event.tool_use_id), { progress: event.text });
    case 'tool_finished':
      return change(state, isTool(event.tool_use_id), {
        state: event.is_error ? 'failed' : 'done',
        result: event.text,
        took: event.duration_ms,
        progress: '',
      });
    case 'approval_requested':
      return {
        ...change(state, isTool(event.tool_use_id), { state: 'waiting' }),
        approvals: [...state.approvals, event],
      };
    case 'sub_agent_event':
      return inner(state, event);
    case 'run_finished':
      return finished(state, event);
    case 'run_failed':
      return { ...cut(state), status: 'idle', run: { error: event.error } };
    default:
      return state; // an event of a later version
  }
}

const isTool = (id) => (item) => item.kind === 'tool' && item.id === id && item.state !== 'void';

function tool(id, name, json, state) {
  return { kind: 'tool', id, name, json, state, progress: '', result: '', inner: null };
}

function push(state, item) {
  const key = state.nextKey;
  return { ...state, items: [...state.items, { ...item, key }], nextKey: key + 1 };
}

/** Changes the last item of which this is so. */
function change(state, isMeant, changes) {
  const at = state.items.findLastIndex(isMeant);
  return at < 0 ? state : { ...state, items: state.items.with(at, { ...state.items[at], ...changes }) };
}

function stream(state, kind, turn, text) {
  const last = state.items.at(-1);
  return last?.kind === kind && last.state === 'streaming' && last.turn === turn
    ? { ...state, items: state.items.with(-1, { ...last, text: last.text + text }) }
    : push(state, { kind, turn, text, state: 'streaming' });
}

function toolInput(state, { tool_use_id: id, name, partial_json: json, turn }) {
  const isMeant = (item) => isTool(id)(item) && item.state === 'streaming';
  const old = state.items.findLast(isMeant);
  return old
    ? change(state, isMeant, { json: old.json + json })
    : push(state, { ...tool(id, name, json, 'streaming'), turn });
}

/** What was streamed gives way to the whole message, which is what counts. */
function completed(state, { content, usage, turn }) {
  const isOld = (item) => item.state === 'streaming' && item.turn === turn;
  const old = state.items.filter(isOld);
  let { nextKey } = state;
  const whole = wholeItems(content).map((item) => {
    const at = old.findIndex(({ kind, id }) => kind === item.kind && id === item.id);
    const [same] = at < 0 ? [] : old.splice(at, 1);
    return { ...item, turn, key: same?.key ?? nextKey++ };
  });
  const items = [...state.items.filter((item) => !isOld(item)), ...whole];
  return { ...state, items, nextKey, tokens: plus(state.tokens, usage) };
}

function plus(tokens, usage) {
  return {
    input: tokens.input + usage.input_tokens + usage.cache_creation_input_tokens,
    output: tokens.output + usage.output_tokens,
    cached: tokens.cached + usage.cache_read_input_tokens,
  };
}

/** Texts that follow each other are one, as they are when they are streamed. */
function wholeItems(content) {
  const items = [];
  for (const block of content) {
    const { items: [item] } = addBlock(EMPTY, 'assistant', block);
    if (item === undefined) continue;
    const last = items.at(-1);
    if (item.kind !== 'tool' && item.kind === last?.kind) {
      items[items.length - 1] = { ...last, text: last.text + item.text };
    } else {
      items.push(item);
    }
  }
  return items;
}

/** What was said in the attempt that failed does not count; it stays to be seen as such. */
function retried(state, { turn, attempt, delay_ms: delay, cause }) {
  const items = state.items.map((item) =>
    STREAMED.has(item.kind) && item.state === 'streaming' && item.turn === turn
      ? { ...item, state: 'void' }
      : item,
  );
  return push({ ...state, items }, { kind: 'retry', attempt, delay, cause, turn, state: 'done' });
}

function startedTool(state, { tool_use_id: id, name, input, turn }) {
  const json = JSON.stringify(input);
  return state.items.some(isTool(id))
    ? change(state, isTool(id), { state: 'running', json })
    : push(state, { ...tool(id, name, json, 'running'), turn });
}

/** An agent inside a call has a state of its own, which is drawn inside the call. */
function inner(state, { path, inner: event, turn }) {
  const [{ tool_use_id: id }, ...rest] = path;
  const call = state.items.findLast(isTool(id));
  if (call === undefined) return state;
  const next = rest.length > 0 ? { event: 'sub_agent_event', path: rest, inner: event, turn } : event;
  return change(state, isTool(id), { inner: reduce(call.inner ?? EMPTY, next) });
}

/** The usage of the run has that of attempts that failed, too. */
function finished(state, { outcome, detail, usage, cost_usd: cost }) {
  return {
    ...cut(state),
    tokens: plus(state.before.tokens, usage),
    status: state.approvals.length > 0 && outcome === 'paused' ? 'waiting' : 'idle',
    cost: cost === null ? state.cost : (state.cost ?? 0) + cost,
    run: { outcome, detail },
  };
}

/** What was being said when the run ended will not go on. */
function cut(state) {
  const items = state.items.map((item) => (item.state === 'streaming' ? { ...item, state: 'cut' } : item));
  return { ...state, items };
}
