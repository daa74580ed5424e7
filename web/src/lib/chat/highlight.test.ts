import { expect, test } from 'vitest';
import { highlight, isLoaded, languageOf, loadLanguage } from './highlight';

test.each([
	['py', 'python'],
	['TS', 'typescript'],
	['c++', 'cpp'],
	['html', 'xml'],
	['rust', 'rust'],
	['', null],
	['klingon', null],
	['constructor', null],
	['__proto__', null]
])('%j is %j', (name, language) => {
	expect(languageOf(name)).toBe(language);
});

test('tokens are marked by classes once the language is there', async () => {
	expect(isLoaded('python')).toBe(false);
	expect(highlight('x = 1', 'python')).toBeNull();
	await loadLanguage('python');
	expect(highlight('def f(): return "<b>&"', 'python')).toBe(
		'<span class="hljs-keyword">def</span> <span class="hljs-title function_">f</span>(): ' +
			'<span class="hljs-keyword">return</span> <span class="hljs-string">"&lt;b&gt;&amp;"</span>'
	);
});

test('a language that is not known is nothing to load, and a long text stays plain', async () => {
	await loadLanguage('klingon');
	await loadLanguage('json');
	expect(highlight('[' + '1,'.repeat(60_000) + '1]', 'json')).toBeNull();
});
