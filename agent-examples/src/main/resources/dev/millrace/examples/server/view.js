// Draws a state: an element for each item, touched only when its item has changed.

import { Markdown } from './markdown.js';
import { ToolCard, element } from './tool-card.js';

const CAUSES = {
  overloaded_error: 'the model is overloaded',
  rate_limit_error: 'too many requests',
  timeout_error: 'no answer in time',
};

class Plain {
  element;

  constructor(item) {
    this.element = element('div', `item ${item.kind}`);
  }

  draw(item) {
    this.element.dataset.state = item.state;
    this.element.textContent = item.text;
  }
}

class Text {
  element = element('div', 'item text');
  #markdown = new Markdown(this.element);

  draw(item) {
    this.element.dataset.state = item.state;
    if (item.state === 'void') this.element.setAttribute('aria-hidden', 'true');
    this.#markdown.draw(item.text, item.state === 'done');
  }
}

class Thinking {
  element = element('details', 'item thinking');
  #text = element('div');

  constructor() {
    this.element.append(element('summary', '', 'Thinking'), this.#text);
  }

  draw(item) {
    this.element.dataset.state = item.state;
    this.#text.textContent = item.text;
  }
}

class Retry {
  element = element('div', 'item retry');

  draw({ cause, attempt, delay }) {
    const why = CAUSES[cause] ?? `the answer broke off (${cause})`;
    const when = delay > 0 ? ` in ${(delay / 1_000).toFixed(1)} s` : '';
    this.element.textContent = `↻ ${why}; attempt ${attempt}${when}. What is struck out does not count.`;
  }
}

const VIEWS = { text: Text, thinking: Thinking, tool: ToolCard, retry: Retry };

export class View {
  #element;
  #drawn = new Map(); // by key: { item, view }

  constructor(element) {
    this.#element = element;
  }

  draw({ items }) {
    const gone = new Set(this.#drawn.keys());
    let place = null;
    for (const item of items) {
      gone.delete(item.key);
      const shown = this.#show(item);
      const next = place === null ? this.#element.firstChild : place.nextSibling;
      if (next !== shown) this.#element.insertBefore(shown, next);
      place = shown;
    }
    for (const key of gone) {
      this.#drawn.get(key).view.element.remove();
      this.#drawn.delete(key);
    }
  }

  #show(item) {
    let drawn = this.#drawn.get(item.key);
    if (drawn === undefined) {
      const Kind = VIEWS[item.kind] ?? Plain;
      drawn = { item: null, view: new Kind(item, (inner) => new View(inner)) };
      this.#drawn.set(item.key, drawn);
    }
    if (drawn.item !== item) {
      drawn.view.draw(item);
      drawn.item = item;
    }
    return drawn.view.element;
  }
}
