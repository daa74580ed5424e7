import { cleanup, render, screen } from '@testing-library/svelte';
import { createRawSnippet, tick } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { confirm } from '$lib/state/confirm.svelte';
import Modal from './Modal.svelte';

afterEach(() => {
	confirm.answer(false);
	cleanup();
});

function open(): { field: HTMLInputElement; onclose: ReturnType<typeof vi.fn> } {
	const onclose = vi.fn();
	const children = createRawSnippet(() => ({ render: () => '<form><input aria-label="Name" value="before"></form>' }));
	render(Modal, { open: true, title: 'A form', children, onclose });
	return { field: screen.getByLabelText('Name'), onclose };
}

function type(field: HTMLInputElement, text: string): void {
	field.value = text;
	field.dispatchEvent(new Event('input', { bubbles: true }));
}

async function leave(): Promise<void> {
	screen.getByRole('button', { name: 'Close' }).click();
	await tick();
	await tick();
}

test('a form that nobody has changed is left at once', async () => {
	const { onclose } = open();
	await leave();
	expect(onclose).toHaveBeenCalledOnce();
	expect(confirm.question).toBeNull();
});

test('what was typed is thrown away only by who says so', async () => {
	const { field, onclose } = open();
	type(field, 'after');
	await leave();
	expect(confirm.question?.title).toBe('Throw away what you filled in?');
	confirm.answer(false);
	await tick();
	expect(onclose).not.toHaveBeenCalled();
	expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('after');
	await leave();
	confirm.answer(true);
	await tick();
	await tick();
	expect(onclose).toHaveBeenCalledOnce();
});

test('what is as it was before needs no question', async () => {
	const { field, onclose } = open();
	type(field, 'after');
	type(field, 'before');
	await leave();
	expect(onclose).toHaveBeenCalledOnce();
});
