// A tool call as a card: its input grows while it is written, as what it is: a file's text, a
// change of one, or plain members. Everything is put in as text, never as HTML.

import { PartialInput } from './partial-input.js';

const STATES = {
  streaming: 'is being written',
  called: 'was called',
  waiting: 'waits for your answer',
  running: 'runs',
  done: 'done',
  failed: 'failed',
  void: 'not kept',
  cut: 'stopped',
};
const CLOSED = new Set(['waiting', 'done', 'void']); // what waits is shown where it is asked about
const LONGEST_SHOWN = 20_000; // characters of a result
const BEFORE = ['old_text', 'old_str', 'old_string'];
const AFTER = ['new_text', 'new_str', 'new_string'];

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Keeps the end of what grows in sight, unless the reader looks elsewhere in it. */
function growing(pre) {
  const text = document.createTextNode('');
  pre.append(text);
  pre.tabIndex = 0;
  return (all) => {
    const isAtEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 24;
    if (all.startsWith(text.data)) text.appendData(all.slice(text.data.length));
    else text.data = all;
    if (isAtEnd) pre.scrollTop = pre.scrollHeight;
  };
}

/** The members of an input, by the path that leads to them. */
export class InputView {
  #element;
  #input = new PartialInput();
  #json = '';
  #rows = new Map();

  constructor(element) {
    this.#element = element;
  }

  draw(json) {
    if (!json.startsWith(this.#json)) {
      this.#input = new PartialInput();
      this.#json = '';
    }
    this.#input.add(json.slice(this.#json.length));
    this.#json = json;
    this.#members('', this.#input.value);
  }

  #members(path, value) {
    for (const [name, member] of Object.entries(value ?? {})) {
      const at = path === '' ? name : `${path}.${name}`;
      if (member !== null && typeof member === 'object') this.#members(at, member);
      else this.#row(at, name, typeof member === 'string' ? member : JSON.stringify(member));
    }
  }

  #row(path, name, text) {
    let row = this.#rows.get(path);
    if (row === undefined) {
      const kind = BEFORE.includes(name) ? 'removed' : AFTER.includes(name) ? 'added' : '';
      const pre = element('pre', `value ${kind}`);
      pre.setAttribute('aria-label', path);
      this.#element.append(element('div', 'name', path), pre);
      row = growing(pre);
      this.#rows.set(path, row);
    }
    row(text);
  }
}

export class ToolCard {
  element = element('details', 'item tool');
  #state = element('span', 'state');
  #summary = element('span', 'gist');
  #progress = element('pre', 'progress');
  #result = element('pre', 'result');
  #inner = element('div', 'inner');
  #input;
  #drawInner;
  #settled = false;

  /** `innerView` makes the view of an agent that the call runs. */
  constructor(item, innerView) {
    const head = element('summary');
    head.append(element('b', '', item.name), ' ', this.#summary, ' ', this.#state);
    const input = element('div', 'input');
    this.#input = new InputView(input);
    this.element.open = true;
    this.element.append(head, input, this.#progress, this.#inner, this.#result);
    this.#result.tabIndex = 0;
    this.#drawInner = (state) => {
      const view = innerView(this.#inner);
      this.#drawInner = (next) => view.draw(next);
      view.draw(state);
    };
  }

  draw(item) {
    this.element.dataset.state = item.state;
    const took = item.took === undefined ? '' : ` in ${Math.round(item.took)} ms`;
    this.#state.textContent = STATES[item.state] + took;
    this.#input.draw(item.json);
    this.#summary.textContent = gist(item);
    this.#progress.textContent = item.progress;
    this.#progress.hidden = item.progress === '';
    const isCut = item.result.length > LONGEST_SHOWN;
    this.#result.textContent = isCut ? `${item.result.slice(0, LONGEST_SHOWN)}…` : item.result;
    this.#result.hidden = item.result === '';
    if (item.inner !== null) this.#drawInner(item.inner);
    const isSettled = CLOSED.has(item.state);
    if (isSettled !== this.#settled) this.element.open = !isSettled; // then it is the user's
    this.#settled = isSettled;
  }
}

/** What tells one call from another when the card is closed. */
function gist({ json, state }) {
  if (state === 'streaming') return `${json.length} characters`;
  const [, text = ''] = /"(?:path|command|query|question|pattern)":\s*"((?:[^"\\]|\\.){0,200})/.exec(json) ?? [];
  return text;
}
