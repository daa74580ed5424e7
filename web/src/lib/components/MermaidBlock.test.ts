import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { expect, test, vi } from 'vitest';
import MermaidBlock from './MermaidBlock.svelte';

vi.stubGlobal('matchMedia', () => ({ matches: false }));

async function shown() {
	const { container } = render(MermaidBlock, { text: 'graph TD; A --> B' });
	screen.getByRole('button', { name: 'Show diagram' }).click();
	await tick();
	const frame = container.querySelector('iframe')!;
	const say = async (data: unknown, source: MessageEventSource | null = frame.contentWindow) => {
		window.dispatchEvent(new MessageEvent('message', { data, source }));
		await tick();
	};
	return { container, frame, say };
}

test('nothing is loaded before it is asked for', () => {
	const { container } = render(MermaidBlock, { text: 'graph TD; A --> B' });
	expect(container.querySelector('iframe')).toBeNull();
	expect(container.querySelector('pre')?.textContent).toBe('graph TD; A --> B');
});

test('the frame may run scripts and nothing else, and gets the source when it is there', async () => {
	const { frame } = await shown();
	expect(frame.getAttribute('sandbox')).toBe('allow-scripts');
	expect(frame.getAttribute('src')).toBe('mermaid.html');
	const post = vi.spyOn(frame.contentWindow!, 'postMessage');
	frame.dispatchEvent(new Event('load'));
	await tick();
	expect(post).toHaveBeenCalledWith({ type: 'draw', text: 'graph TD; A --> B', dark: false }, '*');
});

test('it says how high it is, within bounds; others say nothing', async () => {
	const { frame, say } = await shown();
	await say({ type: 'drawn', height: 99.2 });
	expect(frame.getAttribute('height')).toBe('100');
	await say({ type: 'drawn', height: 1e9 });
	expect(frame.getAttribute('height')).toBe('4000');
	for (const data of [null, 7, {}, { type: 'drawn', height: '5' }, { type: 'drawn', height: NaN }]) await say(data);
	await say({ type: 'drawn', height: 5 }, window);
	expect(frame.getAttribute('height')).toBe('4000');
});

test('a diagram that cannot be drawn is its source, with the reason', async () => {
	const { container, say } = await shown();
	await say({ type: 'failed', reason: '<b>Parse error</b>' });
	expect(container.querySelector('iframe')).toBeNull();
	expect(container.querySelector('pre')).toBeTruthy();
	expect(screen.getByRole('status').textContent).toBe('This diagram cannot be drawn: <b>Parse error</b>');
});
