/** Code with its tokens marked by classes. Each language is loaded when it first comes. */

import hljs from 'highlight.js/lib/core';
import type { LanguageFn } from 'highlight.js';
import { cleanTokens } from './sanitise';

type Load = () => Promise<{ default: LanguageFn }>;

const LANGUAGES: Record<string, Load> = {
	ada: () => import('highlight.js/lib/languages/ada'),
	bash: () => import('highlight.js/lib/languages/bash'),
	c: () => import('highlight.js/lib/languages/c'),
	clojure: () => import('highlight.js/lib/languages/clojure'),
	cmake: () => import('highlight.js/lib/languages/cmake'),
	cpp: () => import('highlight.js/lib/languages/cpp'),
	csharp: () => import('highlight.js/lib/languages/csharp'),
	css: () => import('highlight.js/lib/languages/css'),
	dart: () => import('highlight.js/lib/languages/dart'),
	diff: () => import('highlight.js/lib/languages/diff'),
	dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
	elixir: () => import('highlight.js/lib/languages/elixir'),
	erlang: () => import('highlight.js/lib/languages/erlang'),
	fortran: () => import('highlight.js/lib/languages/fortran'),
	go: () => import('highlight.js/lib/languages/go'),
	graphql: () => import('highlight.js/lib/languages/graphql'),
	haskell: () => import('highlight.js/lib/languages/haskell'),
	http: () => import('highlight.js/lib/languages/http'),
	ini: () => import('highlight.js/lib/languages/ini'),
	java: () => import('highlight.js/lib/languages/java'),
	javascript: () => import('highlight.js/lib/languages/javascript'),
	json: () => import('highlight.js/lib/languages/json'),
	julia: () => import('highlight.js/lib/languages/julia'),
	kotlin: () => import('highlight.js/lib/languages/kotlin'),
	latex: () => import('highlight.js/lib/languages/latex'),
	less: () => import('highlight.js/lib/languages/less'),
	lisp: () => import('highlight.js/lib/languages/lisp'),
	lua: () => import('highlight.js/lib/languages/lua'),
	makefile: () => import('highlight.js/lib/languages/makefile'),
	markdown: () => import('highlight.js/lib/languages/markdown'),
	matlab: () => import('highlight.js/lib/languages/matlab'),
	nginx: () => import('highlight.js/lib/languages/nginx'),
	nix: () => import('highlight.js/lib/languages/nix'),
	objectivec: () => import('highlight.js/lib/languages/objectivec'),
	ocaml: () => import('highlight.js/lib/languages/ocaml'),
	perl: () => import('highlight.js/lib/languages/perl'),
	php: () => import('highlight.js/lib/languages/php'),
	powershell: () => import('highlight.js/lib/languages/powershell'),
	python: () => import('highlight.js/lib/languages/python'),
	r: () => import('highlight.js/lib/languages/r'),
	ruby: () => import('highlight.js/lib/languages/ruby'),
	rust: () => import('highlight.js/lib/languages/rust'),
	scala: () => import('highlight.js/lib/languages/scala'),
	scss: () => import('highlight.js/lib/languages/scss'),
	shell: () => import('highlight.js/lib/languages/shell'),
	sql: () => import('highlight.js/lib/languages/sql'),
	swift: () => import('highlight.js/lib/languages/swift'),
	typescript: () => import('highlight.js/lib/languages/typescript'),
	verilog: () => import('highlight.js/lib/languages/verilog'),
	vim: () => import('highlight.js/lib/languages/vim'),
	xml: () => import('highlight.js/lib/languages/xml'),
	yaml: () => import('highlight.js/lib/languages/yaml')
};

/** Other names that a fence may have. */
const ALIASES: Record<string, string> = {
	cc: 'cpp', 'c++': 'cpp', 'c#': 'csharp', clj: 'clojure', console: 'shell', cs: 'csharp',
	docker: 'dockerfile', ex: 'elixir', f90: 'fortran', golang: 'go', h: 'c', hpp: 'cpp', hs: 'haskell', html: 'xml',
	js: 'javascript', json5: 'json', jsonc: 'json', jsonl: 'json', jsx: 'javascript', kt: 'kotlin', make: 'makefile',
	md: 'markdown', ml: 'ocaml', mjs: 'javascript', mysql: 'sql', objc: 'objectivec', patch: 'diff', pl: 'perl',
	postgres: 'sql', postgresql: 'sql', ps1: 'powershell', py: 'python', python3: 'python', rb: 'ruby', rs: 'rust',
	sh: 'bash', shellsession: 'shell', sqlite: 'sql', svelte: 'xml', svg: 'xml', tex: 'latex', toml: 'ini', ts: 'typescript',
	tsx: 'typescript', vue: 'xml', xhtml: 'xml', yml: 'yaml', zsh: 'bash'
};

/** Above this, marking takes longer than a picture of the screen. */
const LONGEST = 100_000;

/** Returns the language's own name, or `null` if there is none of that name. */
export function languageOf(name: string): string | null {
	const plain = name.toLowerCase();
	const language = Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : plain;
	return language !== undefined && Object.hasOwn(LANGUAGES, language) ? language : null;
}

/** Whether `highlight` can mark the language at once. */
export function isLoaded(language: string): boolean {
	return hljs.getLanguage(language) !== undefined;
}

/** Loads a language that `languageOf` returned. */
export async function loadLanguage(language: string): Promise<void> {
	const load = LANGUAGES[language];
	if (load && !isLoaded(language)) hljs.registerLanguage(language, (await load()).default);
}

/** Returns `code` as HTML, or `null`: the language is not loaded, or the code is too long. */
export function highlight(code: string, language: string): string | null {
	if (!isLoaded(language) || code.length > LONGEST) return null;
	return cleanTokens(hljs.highlight(code, { language, ignoreIllegals: true }).value);
}
