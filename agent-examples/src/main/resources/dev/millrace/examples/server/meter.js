// How fast the model writes: about a token for four characters while it does, as counted when done.

const SLICE = 500; // milliseconds
const SLICES = 60;
const WIDTH = 120;
const HEIGHT = 24;
const SVG = 'http://www.w3.org/2000/svg';

export class Meter {
  #element;
  #line = document.createElementNS(SVG, 'polyline');
  #caption = document.createElement('figcaption');
  #slices = new Array(SLICES).fill(0);
  #asked = 0;
  #first = 0;
  #timer;

  constructor(element) {
    this.#element = element;
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute('aria-hidden', 'true');
    svg.append(this.#line);
    element.append(svg, this.#caption);
  }

  /** A request is on its way. */
  asked() {
    this.#asked = performance.now();
    this.#first = 0;
    this.#slices.fill(0);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), SLICE);
  }

  saw(event) {
    const written = event.text ?? event.thinking ?? event.partial_json ?? '';
    if (!event.event.endsWith('_delta') || written === '') return;
    if (this.#first === 0) this.#first = performance.now();
    this.#slices[SLICES - 1] += written.length / 4;
  }

  ended() {
    clearInterval(this.#timer);
    this.#draw();
  }

  #tick() {
    this.#draw();
    this.#slices.push(0);
    this.#slices.shift();
  }

  #draw() {
    const most = Math.max(1, ...this.#slices);
    const points = this.#slices.map((tokens, i) => {
      const x = (i * WIDTH) / (SLICES - 1);
      const y = HEIGHT - 1 - (tokens / most) * (HEIGHT - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute('points', points.join(' '));
    const rate = (this.#slices[SLICES - 1] * 1_000) / SLICE;
    const wait = this.#first === 0 ? '' : ` · first after ${seconds(this.#first - this.#asked)}`;
    this.#caption.textContent = `≈ ${Math.round(rate)} tokens/s${wait}`;
    this.#element.title = 'Tokens a second in the last half minute, at about four characters each';
  }
}

const seconds = (millis) => `${(millis / 1_000).toFixed(2)} s`;
