/** Texts of the frame around the pages. */
export const shell = {
	shell: {
		skip: 'Skip to content',
		openSidebar: 'Show conversations',
		closeSidebar: 'Hide conversations',
		conversations: 'Conversations',
		palette: 'Commands',
		shortcuts: 'Keyboard shortcuts',
		offline: 'The server does not answer.',
		offlineMore: 'Nothing is lost: what was asked goes on there, and this page comes back by itself.',
		back: 'The server answers again.',
		retry: 'Try now',
		close: 'Close',
		cancel: 'Cancel',
		dismiss: 'Dismiss',
		undo: 'Undo',
		notices: 'Notices',
		loading: 'Loading …',
		discard: {
			title: 'Throw away what you filled in?',
			text: 'It is not saved, and gone when this is closed.',
			action: 'Throw it away'
		},
		notFound: 'There is no such page.',
		notFoundMore: 'The address may be of an older version, or mistyped.',
		toChat: 'Go to the chat'
	},
	key: {
		title: 'API key',
		text: 'This server asks for a key. It is the one in its setting server.api_key.',
		wrong: 'The server did not take this key.',
		field: 'Key',
		show: 'Show the key',
		remember: 'Remember it on this computer',
		send: 'Use this key'
	},
	actions: {
		palette: 'Commands and search everywhere',
		shortcuts: 'List of shortcuts',
		'new-chat': 'New conversation',
		'focus-composer': 'Write a message',
		search: 'Search conversations',
		stop: 'Stop the answer',
		'copy-last': 'Copy the last answer',
		'previous-chat': 'Previous conversation',
		'next-chat': 'Next conversation',
		'toggle-sidebar': 'Show or hide conversations',
		'toggle-theme': 'Light or dark',
		groups: { general: 'Everywhere', chat: 'In the chat' }
	},
	palette: {
		placeholder: 'Where to, or what to do?',
		pages: 'Pages',
		actions: 'Actions',
		models: 'Models',
		conversations: 'Conversations',
		nothing: 'Nothing fits.',
		load: (model: string) => `Load ${model}`,
		unload: (model: string) => `Unload ${model}`,
		untitled: 'Untitled conversation'
	}
} as const;
