// The job site's own script: loads the feed again when its stream says that it has changed (after a press also
// without a stream), and tells the endpoint what was searched for.
(() => {
	'use strict';
	const WAIT = 150, TRIES = 60; // milliseconds, and how often is asked after a press without a stream
	const STREAM_WAIT = 3000; // milliseconds in which the stream tells of a press; else it is asked for
	const feed = document.getElementById('feed'), left = document.getElementById('left');
	const cards = () => Array.from(feed.querySelectorAll('[data-job]'));
	const places = () => new Map(cards().map((card, place) => [card.dataset.job, place]));
	let turn = 0, press = null; // the last press of which the list does not know yet

	function mark(card, before, place) {
		const old = before.get(card.dataset.job);
		if (old === place) return;
		const note = document.createElement('span');
		note.className = 'moved badge ' + (old === undefined || old > place ? 'saved' : '');
		note.textContent = old === undefined ? left.dataset.new : (old > place ? '↑' : '↓') + Math.abs(old - place);
		card.querySelector('.reason').append(note);
		card.classList.add('fresh');
	}

	function replace(content) {
		const before = places(), focused = document.activeElement, card = focused && focused.closest('[data-job]');
		const kind = focused && focused.dataset.kairos;
		feed.replaceChildren(...content.childNodes);
		cards().forEach((each, place) => mark(each, before, place));
		if (card) {
			const same = feed.querySelector(`[data-job="${CSS.escape(card.dataset.job)}"] [data-kairos="${kind}"]`);
			(same || left.querySelector('button') || document.getElementById('content')).focus({preventScroll: true});
		}
	}

	// shows the list of a request, or a new one, as soon as it knows of the press
	async function load(request) {
		const mine = ++turn, asked = new URLSearchParams({...press, ...request});
		const answer = await fetch('/jobs/feed/list/?' + asked).catch(() => null);
		if (mine !== turn || !answer || answer.status !== 200) return;
		const content = document.createElement('template');
		content.innerHTML = await answer.text();
		if (mine !== turn) return;
		press = null;
		replace(content.content);
	}

	// without a stream: the list is worth loading as soon as the press has arrived where the list is made
	async function ask(pressed) {
		for (let tries = 1; tries <= TRIES; tries++) {
			await new Promise(resolve => setTimeout(resolve, WAIT));
			if (press !== pressed) return;
			if (tries === TRIES) press = null;
			await load();
		}
	}

	function follow() {
		if (!feed.dataset.stream || !self.EventSource) return () => false;
		const stream = new EventSource(feed.dataset.stream);
		let isFirst = true; // that list is the one of the page
		stream.addEventListener('feed', event => {
			if (!isFirst || press) load({list: JSON.parse(event.data).request_id});
			isFirst = false;
		});
		return () => stream.readyState === EventSource.OPEN;
	}

	// what a press takes out of the list can be taken back: its own button stays, with the name of the job
	function keepButton(button) {
		left.textContent = '';
		if (button.dataset.kairos === 'saved' || button.getAttribute('aria-pressed') !== 'true') return;
		const again = document.createElement('button');
		Object.assign(again.dataset, {kairos: button.dataset.kairos, jobId: button.dataset.jobId, title: button.dataset.title});
		again.type = 'button';
		again.setAttribute('aria-pressed', 'true');
		again.textContent = left.dataset.takeBack;
		left.append(left.dataset.left.replace('{}', button.dataset.title), again);
	}

	if (feed) {
		const isFollowing = follow();
		document.addEventListener('click', event => {
			const button = event.target.closest('[data-kairos]');
			if (!button) return;
			keepButton(button); // behavioral_tracking.js has set aria-pressed, as it hears of clicks first
			const {kairos: kind, jobId: job} = button.dataset;
			const pressed = press = {job, kind, pressed: button.getAttribute('aria-pressed') === 'true'};
			setTimeout(() => ask(pressed), isFollowing() ? STREAM_WAIT : 0);
		});
	}

	const search = document.querySelector('[data-query]'), tag = document.querySelector('script[data-token]');
	if (search && tag) {
		const body = {
			id: crypto.getRandomValues(new Uint32Array(4)).join('-'), age: 0, token: tag.dataset.token,
			query: search.dataset.query, place: search.dataset.place,
		};
		navigator.sendBeacon((tag.dataset.endpoint || '') + '/jobs/api/track-search/', JSON.stringify(body));
	}

	const visitor = document.querySelector('.visitor select');
	if (visitor) {
		visitor.addEventListener('change', () => visitor.form.submit());
		visitor.form.querySelector('button').hidden = true;
	}
})();
