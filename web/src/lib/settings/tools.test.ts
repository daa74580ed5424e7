import { expect, test } from 'vitest';
import { EXAMPLE, asToolsText, toolsOf } from './tools';

test('tools are read as they are written', () => {
	expect(toolsOf(asToolsText(EXAMPLE))).toEqual({ tools: EXAMPLE });
	expect(asToolsText([])).toBe('');
	expect(toolsOf(' \n')).toEqual({ tools: [] });
});

test('what is no list of JSON is told, with the reason', () => {
	expect(toolsOf('[{')).toMatchObject({ problem: 'json', reason: expect.stringContaining('JSON') as string });
	expect(toolsOf('{"type": "function"}')).toEqual({ problem: 'list', reason: '' });
});
