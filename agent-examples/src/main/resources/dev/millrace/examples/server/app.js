// The page: one conversation, told by the address after the #.

import { Api, Refusal } from './api.js';
import * as approvals from './approvals.js';
import { Meter } from './meter.js';
import { EMPTY, begin, fromHistory, reduce } from './run-state.js';
import { element } from './tool-card.js';
import { View } from './view.js';

const $ = (id) => document.getElementById(id);
const log = $('log');
const message = $('message');
const meter = new Meter($('meter'));
const tabs = new BroadcastChannel('millrace'); // tells other tabs that a run has begun

let api;
let session = null;
let state = EMPTY;
let view = new View(log);
let leave = new AbortController();
let isDrawn = true;
let error = null;

// Where we are

function address() {
  return new URLSearchParams(location.hash.slice(1));
}

function open() {
  const given = address().get('token');
  if (given !== null) localStorage.setItem('token', given);
  session = address().get('c');
  show();
  const token = localStorage.getItem('token');
  $('unlock').hidden = token !== null;
  $('composer').hidden = token === null;
  if (token === null) return $('token').focus();
  api = new Api({ token, onConnection });
  return load();
}

/** The token does not stay in the address, where it would be seen and kept. */
function show() {
  history.replaceState(null, '', session === null ? location.pathname : `#c=${session}`);
}

function lock() {
  localStorage.removeItem('token');
  return open();
}

function reset() {
  leave.abort();
  leave = new AbortController();
  log.replaceChildren();
  view = new View(log);
  state = EMPTY;
  error = null;
}

async function load() {
  reset();
  if (session !== null) {
    const { signal } = leave;
    await attempt(async () => {
      const history = await api.state(session);
      if (signal.aborted) return;
      state = fromHistory(history);
      if (history.running) await watch(api.follow(session, { signal }));
    });
  }
  changed();
  message.focus();
}

// What goes on

async function attempt(action) {
  try {
    await action();
  } catch (failure) {
    if (failure.name === 'AbortError') return;
    if (failure instanceof Refusal && failure.status === 401) return lock();
    error = failure instanceof Refusal ? failure.message : String(failure);
    state = { ...state, status: state.approvals.length > 0 ? 'waiting' : 'idle' };
    changed();
  }
}

async function watch(events) {
  const mine = leave;
  meter.asked();
  for await (const event of events) {
    if (mine !== leave) return;
    state = reduce(state, event);
    meter.saw(event);
    announce(event);
    changed();
  }
  meter.ended();
  if (state.isPartial) await load();
}

function say() {
  const text = message.value.trim();
  if (text === '' || state.status !== 'idle') return;
  message.value = '';
  grow();
  const { signal } = leave;
  run(begin(state, text), () => api.say(text, { session, onSession, signal }));
}

function answer(answers) {
  const { signal } = leave;
  run(begin(state), () => api.answer(session, answers, { signal }));
}

function run(begun, start) {
  const before = state;
  error = null;
  state = begun;
  changed();
  attempt(async () => {
    try {
      await watch(start());
    } catch (failure) {
      // Refused before it began: what waited for an answer still does.
      if (failure instanceof Refusal) state = { ...before, items: begun.items };
      throw failure;
    }
  });
}

function onSession(id) {
  session = id;
  show();
  tabs.postMessage({ session });
}

function onConnection(is) {
  $('connection').dataset.state = is;
  $('connection').textContent = is === 'lost' ? 'connection lost, trying again' : '';
}

async function stop() {
  if (state.status === 'running' && session !== null) await attempt(() => api.cancel(session));
}

// What is seen

/** Browsers draw no frames in a tab that is hidden, where state should still be up to date. */
function changed() {
  if (!isDrawn) return;
  isDrawn = false;
  if (document.hidden) setTimeout(draw, 200);
  else requestAnimationFrame(draw);
}

function draw() {
  isDrawn = true;
  const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 80;
  const isRunning = state.status === 'running';
  view.draw(state);
  log.setAttribute('aria-busy', String(isRunning));
  document.body.dataset.status = state.status;
  $('model').textContent = state.model;
  $('stop').hidden = !isRunning;
  $('send').hidden = isRunning;
  $('send').disabled = state.status === 'waiting';
  drawApprovals();
  drawEnd();
  if (isAtEnd) scrollTo(0, document.documentElement.scrollHeight);
}

let asked = [];

function drawApprovals() {
  const waiting = state.status === 'waiting' ? state.approvals : [];
  if (waiting === asked || (waiting.length === 0 && asked.length === 0)) return;
  asked = waiting;
  if (waiting.length === 0) approvals.close($('approvals'));
  else approvals.ask($('approvals'), waiting, answer);
}

const end = element('footer', 'end');

function drawEnd() {
  const parts = [];
  if (error !== null) parts.push(element('p', 'error', error));
  if (state.run?.error) parts.push(element('p', 'error', `${state.run.error.type}: ${state.run.error.message}`));
  else if (state.run?.detail) parts.push(element('p', 'quiet', state.run.detail));
  const { input, output, cached } = state.tokens;
  if (output > 0) {
    const cost = state.cost === null ? '' : ` · $${state.cost.toFixed(4)}`;
    const usage = `${input + cached} tokens in (${cached} cached) · ${output} out${cost}`;
    parts.push(element('p', 'quiet usage', usage));
  }
  end.replaceChildren(...parts);
  log.after(end);
}

/** Whole things alone: a screen reader that is told each word can say nothing else. */
function announce(event) {
  const said = {
    message_completed: () => event.content.map((block) => block.text ?? '').join(' '),
    approval_requested: () => `${event.name} waits for your answer.`,
    turn_retried: () => 'The answer broke off and is tried again.',
    run_failed: () => `It failed: ${event.error.message}`,
  }[event.event];
  if (said !== undefined) $('announcer').textContent = said();
}

function grow() {
  message.style.height = 'auto';
  message.style.height = `${Math.min(message.scrollHeight + 2, innerHeight / 3)}px`;
}

// What the user does

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  say();
});
message.addEventListener('input', grow);
message.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    say();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') stop();
});
$('stop').addEventListener('click', stop);
$('new').addEventListener('click', () => {
  session = null;
  show();
  load();
});
$('unlock').addEventListener('submit', (event) => {
  event.preventDefault();
  localStorage.setItem('token', $('token').value);
  $('token').value = '';
  open();
});

function dress(theme) {
  document.documentElement.style.colorScheme = theme;
  localStorage.setItem('theme', theme);
}

$('theme').addEventListener('click', () => {
  const isDark =
    localStorage.getItem('theme') === 'dark' ||
    (localStorage.getItem('theme') === null && matchMedia('(prefers-color-scheme: dark)').matches);
  dress(isDark ? 'light' : 'dark');
});
if (localStorage.getItem('theme') !== null) dress(localStorage.getItem('theme'));

tabs.addEventListener('message', ({ data }) => {
  if (data.session === session && state.status !== 'running') load();
});
addEventListener('hashchange', open);
open();
