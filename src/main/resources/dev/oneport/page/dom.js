// Creates elements from plain values. Text is inserted only as text, so nothing in a response or a token becomes markup.

// Characters that change the writing direction, separate lines or are invisible: a name with them could pass for another.
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text with its hidden characters as escapes. */
const visible = (text) => text.replace(hidden, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

const shown = (children) => children.flat(Infinity)
  .filter((child) => child !== undefined && child !== null && child !== false)
  .map((child) => (typeof child === 'string' ? visible(child) : child));

/** An element; properties that begin with "on" are listeners, others attributes; false and undefined are left out. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== false && value !== undefined) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...shown(children));
  return element;
}

/** Replaces the content of an element. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A word with a sign before it, so that colour is never the only difference. */
export function badge(kind, text) {
  const signs = { yes: '✓', no: '✕', odd: '!', open: '○', busy: '…' };
  return h('span', { class: `badge ${kind}` }, h('span', { 'aria-hidden': 'true' }, signs[kind]), text);
}

/** A button that copies a text to the clipboard, and shows that it did. */
export function copyButton(label, text) {
  const button = h('button', { type: 'button', class: 'copy', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      // Browsers allow the clipboard only on https:// and localhost.
      button.textContent = 'Not copied';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  } }, label);
  return button;
}

let counter = 0;

/** A form control with its label. */
export function field(label, control, hint) {
  const id = `f${++counter}`;
  control.id = id;
  if (hint) {
    control.setAttribute('aria-describedby', `${id}-hint`);
  }
  return h('div', { class: 'field' }, h('label', { for: id }, label), control,
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint));
}

/** JSON with indentation; anything else unchanged. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
