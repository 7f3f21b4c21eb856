// Asks about calls that wait: what is shown is what is answered for, to the last character.

import { InputView, element } from './tool-card.js';

const QUESTION = 'ask_user';

// Characters that show nothing, or turn round what is beside them.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const escaped = (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, '0')}`;

/** Shows the form; `onAnswers` gets what the user has said of each call. */
export function ask(form, approvals, onAnswers) {
  const cards = approvals.map((approval) => (approval.name === QUESTION ? question : call)(approval));
  const send = element('button', 'primary', approvals.length > 1 ? 'Send answers' : 'Send answer');
  send.type = 'submit';
  const check = () => (send.disabled = !cards.every((card) => card.answer() !== null));
  form.onsubmit = (event) => {
    event.preventDefault();
    const answers = cards.map((card) => card.answer());
    if (answers.every((answer) => answer !== null)) onAnswers(answers);
  };
  form.oninput = check;
  form.replaceChildren(...cards.map((card) => card.element), send);
  form.hidden = false;
  check();
}

export function close(form) {
  form.hidden = true;
  form.replaceChildren();
}

const about = (approval, verdict) => ({
  tool_use_id: approval.tool_use_id,
  call_hash: approval.call_hash,
  ...verdict,
});

function call(approval) {
  const card = element('fieldset', 'approval');
  card.append(element('legend', '', `Allow ${approval.name}?`));
  if (approval.reason) card.append(element('p', 'quiet', approval.reason));
  const input = element('div', 'input');
  new InputView(input).draw(JSON.stringify(approval.input));
  const exact = element('details');
  const json = JSON.stringify(approval.input, null, 2);
  exact.open = json.search(UNSEEN) >= 0;
  exact.append(
    element('summary', '', 'Exact arguments'),
    element('pre', 'value', json.replaceAll(UNSEEN, escaped)),
  );
  const name = `verdict-${approval.tool_use_id}`;
  const allow = radio(name, 'Allow');
  const deny = radio(name, 'Deny');
  const reason = element('input');
  reason.placeholder = 'Why not? (for the model)';
  reason.setAttribute('aria-label', 'Why not');
  const choice = element('div', 'choice');
  choice.append(allow.label, deny.label, reason);
  card.append(input, exact, choice);
  reason.addEventListener('input', () => (deny.input.checked = true));
  return {
    element: card,
    answer() {
      if (allow.input.checked) return about(approval, { approve: {} });
      if (!deny.input.checked) return null;
      return about(approval, { deny: reason.value.trim() || 'The user does not want this.' });
    },
  };
}

function radio(name, text) {
  const label = element('label', text.toLowerCase());
  const input = element('input');
  Object.assign(input, { type: 'radio', name, value: text.toLowerCase() });
  label.append(input, ` ${text}`);
  return { label, input };
}

function question(approval) {
  const { question: text, options = [] } = approval.input;
  const card = element('fieldset', 'approval');
  const answer = element('input');
  answer.setAttribute('aria-label', 'Your answer');
  card.append(element('legend', '', text));
  for (const option of options) {
    const button = element('button', '', option);
    button.type = 'button';
    button.onclick = () => {
      answer.value = option;
      answer.dispatchEvent(new Event('input', { bubbles: true }));
      answer.focus();
    };
    card.append(button);
  }
  card.append(answer);
  return {
    element: card,
    answer: () => (answer.value.trim() === '' ? null : about(approval, { answer: answer.value })),
  };
}
