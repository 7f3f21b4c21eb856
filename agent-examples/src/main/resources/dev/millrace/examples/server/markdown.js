// Markdown that grows: what can change no more is drawn once, so that a long answer costs no more
// at its end than at its start.

import { marked } from './marked.js';
import DOMPurify from './purify.js';

// No images and no media: their addresses could carry what was said to anybody.
const ALLOWED = {
  ALLOWED_TAGS: (
    'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i input li ol p pre s strong sub sup' +
    ' table tbody td th thead tr ul'
  ).split(' '),
  ALLOWED_ATTR: ['href', 'title', 'align', 'start', 'type', 'checked', 'disabled'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('rel', 'noopener noreferrer');
    node.setAttribute('target', '_blank');
  } else if (node.tagName === 'INPUT' && node.getAttribute('type') !== 'checkbox') {
    node.remove();
  }
});

const shown = (markdown) =>
  DOMPurify.sanitize(marked.parse(markdown, { async: false, gfm: true, breaks: true }), ALLOWED);

export class Markdown {
  #element;
  #settled = document.createElement('div');
  #growing = document.createElement('div');
  #at = 0; // what is before this is settled
  #drawn = null;

  constructor(element) {
    this.#element = element;
    element.append(this.#settled, this.#growing);
  }

  /** Draws the whole text, of which the one before is most often the start. */
  draw(text, isWhole) {
    if (text === this.#drawn && !isWhole) return;
    if (isWhole || (this.#drawn !== null && !text.startsWith(this.#drawn.slice(0, this.#at)))) {
      this.#settled.replaceChildren();
      this.#at = 0;
    }
    this.#drawn = text;
    if (!isWhole) this.#settle(text);
    this.#growing.replaceChildren(shown(text.slice(this.#at)));
  }

  /** The last block may still grow, and the one before it may turn out to be its start. */
  #settle(text) {
    const blocks = marked.lexer(text.slice(this.#at)).map((token) => token.raw);
    const settled = blocks.slice(0, -2).join('');
    if (settled !== '' && text.startsWith(settled, this.#at)) {
      this.#settled.append(shown(settled));
      this.#at += settled.length;
    }
  }
}
