// Elements from plain values. Text goes in as text only, so nothing that a server or a token says becomes markup.

// Characters that turn the direction of writing, separate lines or cannot be seen: a name that has them would be read as another.
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text with all that is hidden as escapes. */
const visible = (text) => text.replace(hidden, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

const shown = (children) => children.flat(Infinity)
  .filter((child) => child !== undefined && child !== null && child !== false)
  .map((child) => (typeof child === 'string' ? visible(child) : child));

/** An element; properties that begin with "on" are listeners, others attributes, false and undefined are left out. */
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

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A word with a sign before it: colour is never all that tells. */
export function badge(kind, text) {
  const signs = { yes: '✓', no: '✕', odd: '!', open: '○', busy: '…' };
  return h('span', { class: `badge ${kind}` }, h('span', { 'aria-hidden': 'true' }, signs[kind]), text);
}

/** A button that puts a text on the clipboard, and says that it did. */
export function copyButton(label, text) {
  const button = h('button', { type: 'button', class: 'copy', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      // Browsers have a clipboard on https:// and localhost only.
      button.textContent = 'Not copied';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  } }, label);
  return button;
}

let counter = 0;

/** A form's control with its label. */
export function field(label, control, hint) {
  const id = `f${++counter}`;
  control.id = id;
  if (hint) {
    control.setAttribute('aria-describedby', `${id}-hint`);
  }
  return h('div', { class: 'field' }, h('label', { for: id }, label), control,
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint));
}

/** JSON as a person reads it; anything else as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
