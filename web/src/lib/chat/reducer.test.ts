import { describe, expect, test } from 'vitest';
import type { AnswerEvent, SessionEvent, StoredMessage } from '$lib/api/types';
import { applyToMessage, applyToMessages, type Messages } from './reducer';
import { stored } from './stored.testing';
import { indexed } from './tree';

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

describe('a session', () => {
	const ask = stored('q', { role: 'user', siblings: ['q'] });
	const one = stored('a1', { parent: 'q', siblings: ['a1'] });
	const messages = indexed([ask, one]);
	const after = (...events: SessionEvent[]) => events.reduce<Messages>(applyToMessages, messages);

	test('a new sibling is known to the others', () => {
		const two = stored('a2', { parent: 'q', siblings: ['a1', 'a2'], status: 'streaming' });
		const now = after({ type: 'message', message: two }, { type: 'text', message: 'a2', text: 'Hi' });
		expect(now.get('a1')?.siblings).toEqual(['a1', 'a2']);
		expect(now.get('a2')?.content).toBe('Hi');
		expect(now.get('q')).toBe(ask);
		expect(messages.get('a1')?.siblings).toEqual(['a1']);
	});

	test('with a message all below it goes, and its siblings forget it', () => {
		const two = stored('a2', { parent: 'q', siblings: ['a1', 'a2'] });
		const more = stored('q2', { parent: 'a2', siblings: ['q2'] });
		const now = after(
			{ type: 'message', message: two },
			{ type: 'message', message: more },
			{ type: 'deleted', message: 'a2' }
		);
		expect([...now.keys()]).toEqual(['q', 'a1']);
		expect(now.get('a1')?.siblings).toEqual(['a1']);
	});

	test('a deleted session has no messages', () => {
		expect(after({ type: 'deleted', message: null }).size).toBe(0);
	});

	test('what changes nothing returns the same messages', () => {
		expect(after({ type: 'text', message: 'gone', text: 'a' })).toBe(messages);
		expect(after({ type: 'text', message: 'a1', text: 'a' })).toBe(messages);
		expect(after({ type: 'session', session: {} as never })).toBe(messages);
	});
});
