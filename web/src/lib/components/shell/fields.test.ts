import { expect, test } from 'vitest';
import { fieldsOf, Untouched } from './fields';

function page(html: string): HTMLElement {
	document.body.innerHTML = `<div>${html}</div>`;
	return document.body.firstElementChild as HTMLElement;
}

const FORM = '<form><input value="a"><textarea>b</textarea><input type="checkbox"><select><option>x<option>y</select></form>';

test('fields of forms count, whatever kind they are of, and no others', () => {
	expect(fieldsOf(page(FORM))).toBe('["a","b",false,"x"]');
	expect(fieldsOf(page('<input value="a">'))).toBe('[]');
});

test.each<[string, (node: HTMLElement) => void]>([
	['a text', (node) => (node.querySelector('textarea')!.value = 'c')],
	['a choice', (node) => (node.querySelector<HTMLInputElement>('[type=checkbox]')!.checked = true)],
	['a field that is gone', (node) => node.querySelector('select')!.remove()]
])('%s makes a change, and as it was before it is none', (_, change) => {
	const node = page(FORM);
	const untouched = new Untouched();
	const leave = untouched.watch(node);
	expect(untouched.changed).toBe(false);
	node.dispatchEvent(new Event('keydown'));
	change(node);
	node.dispatchEvent(new Event('keydown'));
	expect(untouched.changed).toBe(true);
	leave();
	expect(untouched.changed).toBe(false);
});

test('what is filled in late by the page itself is no change', () => {
	const node = page(FORM);
	const untouched = new Untouched();
	untouched.watch(node);
	node.querySelector('input')!.value = 'from the server';
	node.dispatchEvent(new Event('pointerdown'));
	expect(untouched.changed).toBe(false);
});

test('what comes without a key or a click is one', () => {
	const node = page(FORM);
	const untouched = new Untouched();
	untouched.watch(node);
	const field = node.querySelector('input')!;
	field.value = 'filled in by the browser';
	field.dispatchEvent(new Event('input', { bubbles: true }));
	node.dispatchEvent(new Event('keydown'));
	expect(untouched.changed).toBe(true);
});
