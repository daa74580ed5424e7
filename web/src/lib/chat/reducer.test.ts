import { describe, expect, test } from 'vitest';
import type { AnswerEvent, StoredMessage } from '$lib/api/types';
import { applyToMessage } from './reducer';
import { stored } from './stored.testing';

const begun = stored('msg_1', { status: 'streaming' });
const replay = (events: AnswerEvent[]) => events.reduce<StoredMessage | null>(applyToMessage, null);

describe('one answer', () => {
	test('its events make the stored message', () => {
		const before = replay([
			{ type: 'message', message: begun },
			{ type: 'reasoning', message: 'msg_1', text: 'Hm' },
			{ type: 'reasoning', message: 'msg_1', text: 'm.' },
			{ type: 'text', message: 'msg_1', text: 'Hel' },
			{ type: 'text', message: 'msg_1', text: 'lo' },
			{ type: 'tool_call', message: 'msg_1', index: 0, id: 'c0', name: 'add', arguments: '' },
			{ type: 'tool_call', message: 'msg_1', index: 0, id: 'c0', name: 'add', arguments: '{"a"' },
			{ type: 'tool_call', message: 'msg_1', index: 0, id: 'c0', name: 'add', arguments: ':1}' },
			{ type: 'tool_call', message: 'msg_1', index: 1, id: 'c1', name: 'now', arguments: '{}' }
		]);
		expect(before).toEqual({
			...begun,
			content: 'Hello',
			reasoning: 'Hmm.',
			tool_calls: [
				{ id: 'c0', name: 'add', arguments: '{"a":1}' },
				{ id: 'c1', name: 'now', arguments: '{}' }
			]
		});
		const end = stored('msg_1', { content: 'Hello', status: 'stopped' });
		expect(applyToMessage(before, { type: 'message', message: end })).toBe(end);
	});

	test('a stream that resumes goes on with what is there', () => {
		const half = { ...begun, content: 'Hel' };
		expect(applyToMessage(half, { type: 'text', message: 'msg_1', text: 'lo' })?.content).toBe('Hello');
	});

	test('what was given is not changed', () => {
		const frozen = Object.freeze({ ...begun, tool_calls: Object.freeze([]) as never });
		applyToMessage(frozen, { type: 'text', message: 'msg_1', text: 'a' });
		applyToMessage(frozen, { type: 'tool_call', message: 'msg_1', index: 0, id: 'c', name: 'n', arguments: '' });
		expect(frozen.content).toBe('');
	});

	test.each<AnswerEvent>([
		{ type: 'text', message: 'msg_2', text: 'a' },
		{ type: 'message', message: stored('msg_2') }
	])('an event of another message changes nothing: %o', (event) => {
		expect(applyToMessage(begun, event)).toBe(begun);
	});

	test('a text that comes after the end is there already', () => {
		const end = stored('msg_1', { content: 'Hello' });
		expect(applyToMessage(end, { type: 'text', message: 'msg_1', text: 'lo' })).toBe(end);
	});

	test('without a message there is nothing to add to, and a kind that is not known is passed over', () => {
		expect(applyToMessage(null, { type: 'text', message: 'msg_1', text: 'a' })).toBeNull();
		expect(applyToMessage(begun, { type: 'later', message: 'msg_1' } as never)).toBe(begun);
	});
});
