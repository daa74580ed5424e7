import { expect, test } from 'vitest';
import type { Branch, StoredMessage } from '$lib/api/types';
import { canGoOn, waitingCalls, withChanged, withMessage } from './path';

/** The ids of those beside it do not matter here. */
function at(index: number, count: number): Branch {
	return { index, count, previous: null, next: null };
}

function message(id: string, parent: string | null, more: Partial<StoredMessage> = {}): StoredMessage {
	return {
		id,
		session: 'ses_1',
		parent,
		branch: at(0, 1),
		role: 'assistant',
		status: 'complete',
		content: id,
		reasoning: '',
		tool_calls: [],
		tool_call_id: null,
		attachments: [],
		model: null,
		settings: null,
		finish_reason: null,
		error: null,
		usage: null,
		timings: null,
		ttft_s: null,
		reasoning_s: null,
		truncation: null,
		logprobs: null,
		created_s: 1,
		updated_s: 1,
		...more
	};
}

const [a, b, c] = [message('a', null), message('b', 'a'), message('c', 'b')];
const ids = (path: readonly StoredMessage[]) => path.map((one) => one.id).join('');

test('a message that follows the last one is added, also the first', () => {
	expect(ids(withMessage([], a))).toBe('a');
	expect(ids(withMessage([a, b], c))).toBe('abc');
});

test('a message that is there is replaced, unless by what it was before', () => {
	const later = message('b', 'a', { content: 'more', updated_s: 2 });
	expect(withMessage([a, b, c], later)[1]).toBe(later);
	expect(withMessage([a, later, c], b)[1]).toBe(later);
});

test('of an answer that is being written the longer one is the later', () => {
	const stored = message('b', 'a', { status: 'streaming', content: 'Once', updated_s: 9 });
	const told = message('b', 'a', { status: 'streaming', content: 'Once upon', updated_s: 2 });
	expect(withMessage([a, stored], told)[1]).toBe(told);
	expect(withMessage([a, told], stored)[1]).toBe(told);
	const ended = message('b', 'a', { content: 'Once upon a time', updated_s: 10 });
	expect(withMessage([a, told], ended)[1]).toBe(ended);
	expect(withMessage([a, ended], told)[1]).toBe(ended);
});

test('a new sibling is chosen, and the path ends there', () => {
	expect(ids(withMessage([a, b, c], message('d', 'a', { branch: at(1, 2) })))).toBe('ad');
	expect(ids(withMessage([a, b, c], message('e', null, { branch: at(1, 2) })))).toBe('e');
});

test('a sibling that is known, or a message elsewhere, changes nothing', () => {
	const shown = message('b', 'a', { branch: at(1, 2) });
	const path = [a, shown, c];
	expect(withMessage(path, message('x', 'a', { branch: at(0, 2) }))).toBe(path);
	expect(withMessage(path, message('y', 'z'))).toBe(path);
});

test('what did not change is the same list', () => {
	const list = [a, b];
	expect(withChanged(list, new Map([['c', c]]))).toBe(list);
	const other = message('b', 'a', { content: 'x' });
	expect(withChanged(list, new Map([['b', other]]))).toEqual([a, other]);
});

test('an answer can go on if it was broken off or ran out of tokens', () => {
	expect(canGoOn(message('a', null, { status: 'interrupted' }))).toBe(true);
	expect(canGoOn(message('a', null, { status: 'stopped' }))).toBe(true);
	expect(canGoOn(message('a', null, { finish_reason: 'length' }))).toBe(true);
	expect(canGoOn(message('a', null, { finish_reason: 'stop' }))).toBe(false);
	expect(canGoOn(message('a', null, { status: 'stopped', content: '' }))).toBe(false);
	expect(canGoOn(message('a', null, { role: 'user', status: 'interrupted' }))).toBe(false);
});

test('calls wait for their results until each has one, or something else is said', () => {
	const call = (id: string) => ({ id, name: 'add', arguments: '{}' });
	const caller = message('b', 'a', { tool_calls: [call('one'), call('two')] });
	const result = (id: string, of: string) => message(id, 'b', { role: 'tool', tool_call_id: of });
	expect([...waitingCalls([a, caller])]).toEqual(['one', 'two']);
	expect([...waitingCalls([a, caller, result('c', 'two')])]).toEqual(['one']);
	expect(waitingCalls([a, caller, result('c', 'two'), result('d', 'one')]).size).toBe(0);
	expect(waitingCalls([a, caller, message('c', 'b', { role: 'user' })]).size).toBe(0);
	expect(waitingCalls([a, { ...caller, status: 'streaming' }]).size).toBe(0);
	expect(waitingCalls([]).size).toBe(0);
});
