import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toasts } from './toasts.svelte';

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.runAllTimers();
	vi.useRealTimers();
});

const texts = () => toasts.shown.map((toast) => toast.text);

test('a toast goes by itself, one with something to do later', () => {
	toasts.show('plain');
	toasts.show('with undo', { action: { label: 'Undo', run: () => {} } });
	vi.advanceTimersByTime(6000);
	expect(texts()).toEqual(['with undo']);
	vi.advanceTimersByTime(4000);
	expect(texts()).toEqual([]);
});

test('who points at a toast keeps it', () => {
	toasts.show('held');
	toasts.hold();
	vi.advanceTimersByTime(60_000);
	expect(texts()).toEqual(['held']);
	toasts.release();
	vi.advanceTimersByTime(6000);
	expect(texts()).toEqual([]);
});

test('the oldest makes room', () => {
	for (const text of ['1', '2', '3', '4', '5']) toasts.show(text);
	expect(texts()).toEqual(['2', '3', '4', '5']);
});

test('undo is done once, and what goes wrong with it is told', async () => {
	const run = vi.fn(() => Promise.reject(new Error('It is gone.')));
	toasts.show('deleted', { action: { label: 'Undo', run } });
	const [toast] = toasts.shown;
	if (toast) await toasts.act(toast);
	expect(run).toHaveBeenCalledOnce();
	expect(toasts.shown).toMatchObject([{ text: 'It is gone.', kind: 'error' }]);
});
