import { render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tick } from 'svelte';
import Thinking from './Thinking.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it is folded, and says how long it took', async () => {
	const { container } = render(Thinking, { text: 'Let me **see**.', seconds: 3.2, since_s: 0 });
	expect(screen.getByText('Thought for 3.2 s')).toBeTruthy();
	expect(container.textContent).not.toContain('see');
	const details = container.querySelector('details')!;
	details.open = true;
	details.dispatchEvent(new Event('toggle'));
	await tick();
	expect(container.querySelector('strong')?.textContent).toBe('see');
});

test('while it is written it counts', async () => {
	const since_s = Date.now() / 1000;
	render(Thinking, { text: 'Hm', live: true, since_s });
	expect(screen.getByText('Thinking …')).toBeTruthy();
	await vi.advanceTimersByTimeAsync(12_000);
	expect(screen.getByText('Thinking … 12 s')).toBeTruthy();
});

test('without a time it has none', () => {
	render(Thinking, { text: 'Hm', since_s: 0 });
	expect(screen.getByText('Thoughts')).toBeTruthy();
});
