import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { expect, test } from 'vitest';
import ToolCall from './ToolCall.svelte';

async function unfolded(args: string, live = false): Promise<string> {
	const { container } = render(ToolCall, { name: 'add', arguments: args, live });
	const details = container.querySelector('details')!;
	details.open = true;
	details.dispatchEvent(new Event('toggle'));
	await tick();
	return container.querySelector('pre')?.textContent ?? '';
}

test('a call shows its name and, unfolded, its arguments by line', async () => {
	expect(await unfolded('{"a":1}')).toBe('{\n  "a": 1\n}');
	expect(screen.getByText('Called add')).toBeTruthy();
});

test('what is no JSON, or not complete, is shown as it was written', async () => {
	expect(await unfolded('{"a":')).toBe('{"a":');
	expect(await unfolded('{"a":1', true)).toBe('{"a":1');
	expect(screen.getByText('Calls add')).toBeTruthy();
});
