import { expect, test } from 'vitest';
import { branchAt, readable, sureness, visible } from './tokens';

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

test('pieces become text, and half a character waits for its other half', () => {
	const [first, second] = [...new TextEncoder().encode('é')].map((byte) => btoa(String.fromCharCode(byte)));
	const tokens = readable([
		[1, base64('caf'), 0, []],
		[2, first!, Math.log(0.5), [[3, base64('e'), Math.log(0.25)]]],
		[4, second!, null, []]
	]);
	expect(tokens.map((one) => one.text)).toEqual(['caf', '', 'é']);
	expect(tokens[1]!.probability).toBeCloseTo(0.5);
	expect(tokens[1]!.alternatives[0]).toMatchObject({ text: 'e' });
	expect(tokens[2]!.probability).toBeNull();
});

test('how sure it was is told in four steps', () => {
	expect([0.1, 0.3, 0.7, 1, null].map(sureness)).toEqual([0, 1, 2, 3, 3]);
});

test('what cannot be seen is made visible', () => {
	expect(visible(' a\n')).toBe('␣a↵');
	expect(visible('')).toBe('∅');
});

test('an answer branches off at a token', () => {
	const tokens = ['Let', ' me', 'Yes', '.'].map((text) => ({ text, probability: 1, alternatives: [] }));
	const thoughtful = { reasoning: 'Let me', content: 'Yes.' };
	expect(branchAt(thoughtful, tokens, 1, ' us')).toEqual({ reasoning: 'Let us', content: '' });
	expect(branchAt(thoughtful, tokens, 2, 'No')).toEqual({ reasoning: 'Let me', content: 'No' });
	expect(branchAt({ reasoning: '', content: 'Oh. Yes.' }, tokens.slice(2), 1, '!')).toEqual({
		reasoning: '',
		content: 'Oh. Yes!'
	});
	expect(branchAt({ reasoning: '', content: 'Edited' }, tokens, 1, '!')).toBeNull();
});
