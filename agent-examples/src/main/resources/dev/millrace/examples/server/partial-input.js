// A tool's input while it is being written: takes JSON in pieces, gives what is known of the value.
// Each character is looked at once.

const ESCAPES = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', '/': '/' };
const IN_STRING = new Set(['string', 'escape', 'unicode']);
const LITERALS = { true: true, false: false, null: null };

export class PartialInput {
  value = undefined;
  #stack = []; // the open objects and arrays: { target, key }
  #state = 'value'; // value, string, escape, unicode, literal, after
  #text = ''; // of the string or the literal that is open
  #hex = '';
  #isKey = false;

  add(json) {
    for (let at = 0; at < json.length; ) at = this.#step(json, at);
    if (IN_STRING.has(this.#state) && !this.#isKey) this.#put(this.#text);
  }

  #step(json, at) {
    switch (this.#state) {
      case 'string':
        return this.#string(json, at);
      case 'escape':
        return this.#escape(json, at);
      case 'unicode':
        return this.#unicode(json, at);
      case 'literal':
        return this.#literal(json, at);
      default:
        return this.#structure(json[at], at);
    }
  }

  #structure(c, at) {
    const top = this.#stack.at(-1);
    if (c === '"') {
      this.#isKey = top !== undefined && !Array.isArray(top.target) && top.key === undefined;
      this.#text = '';
      this.#state = 'string';
    } else if (c === '{' || c === '[') {
      const target = c === '{' ? {} : [];
      this.#put(target);
      this.#stack.push({ target, key: c === '[' ? 0 : undefined });
    } else if (c === '}' || c === ']') {
      this.#stack.pop();
    } else if (c === ',' && top !== undefined) {
      top.key = Array.isArray(top.target) ? top.key + 1 : undefined;
    } else if (!' \n\r\t:'.includes(c)) {
      this.#text = '';
      this.#state = 'literal';
      return at;
    }
    return at + 1;
  }

  #put(value) {
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.value = value;
    } else if (top.key !== undefined) {
      // Defined, not set: a member may be called __proto__.
      Object.defineProperty(top.target, top.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }

  #string(json, at) {
    let end = at;
    while (end < json.length && json[end] !== '"' && json[end] !== '\\') end++;
    this.#text += json.slice(at, end);
    if (end === json.length) return end;
    if (json[end] === '\\') {
      this.#state = 'escape';
    } else {
      this.#state = 'after';
      if (this.#isKey) this.#stack.at(-1).key = this.#text;
      else this.#put(this.#text);
    }
    return end + 1;
  }

  #escape(json, at) {
    if (json[at] === 'u') {
      this.#hex = '';
      this.#state = 'unicode';
    } else {
      this.#text += ESCAPES[json[at]] ?? json[at];
      this.#state = 'string';
    }
    return at + 1;
  }

  #unicode(json, at) {
    this.#hex += json[at];
    if (this.#hex.length === 4) {
      this.#text += String.fromCharCode(parseInt(this.#hex, 16));
      this.#state = 'string';
    }
    return at + 1;
  }

  #literal(json, at) {
    let end = at;
    while (end < json.length && !',]} \n\r\t'.includes(json[end])) end++;
    this.#text += json.slice(at, end);
    if (end < json.length) {
      this.#put(this.#text in LITERALS ? LITERALS[this.#text] : Number(this.#text));
      this.#state = 'after';
    }
    return end;
  }
}
