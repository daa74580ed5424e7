import { expect, test } from 'vitest';
import type { TurnCount } from '$lib/api/types';
import { outlookOf } from './outlook';

const fits: TurnCount = {
	model: 'starter',
	prompt_tokens: 100,
	context_length: 2048,
	max_tokens: null,
	fits: true,
	overflow: 'error',
	dropped_messages: 0,
	dropped_tokens: 0
};

test('nothing is said while all of it fits', () => {
	expect(outlookOf(fits)).toBeNull();
});

test('what is left out is said with its figures', () => {
	const count = { ...fits, fits: false, overflow: 'trim_history', dropped_messages: 4, dropped_tokens: 1200 } as const;
	const outlook = outlookOf({ ...count, prompt_tokens: 3000 });
	expect(outlook?.kind).toBe('drops');
	expect(outlook?.words).toMatch(/4 oldest messages.*1,200 tokens/);
});

test('what does not fit is refused, and leaving out may help unless it was tried', () => {
	const outlook = outlookOf({ ...fits, fits: false, prompt_tokens: 3000 });
	expect(outlook).toMatchObject({ kind: 'refused', canTrim: true });
	expect(outlook?.words).toMatch(/3,000.*2,048/);
	expect(outlookOf({ ...fits, fits: false, prompt_tokens: 3000, overflow: 'trim_history' })?.canTrim).toBe(false);
});

test('little room for the answer is said before', () => {
	expect(outlookOf({ ...fits, prompt_tokens: 2000 })).toMatchObject({ kind: 'note', canTrim: true });
	expect(outlookOf({ ...fits, prompt_tokens: 2000, overflow: 'shift' })?.words).toMatch(/makes room/);
});
