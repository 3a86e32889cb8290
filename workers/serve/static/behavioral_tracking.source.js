// Tells Kairos which job a person looks at, for how many visible seconds, and which buttons they press.
//
// The tag of this script: data-token (who the person is), data-endpoint (when that is another origin),
// data-consent="no" (then nothing is sent). The page: an element with data-job-id, and perhaps data-source,
// data-decision and data-position; buttons with data-kairos="saved|rejected|ignored|applied", each inside an
// element with data-job-id, with one of its own, or on the page of one job.
//
// tests/browser has a test for each rule. `python -m workers.serve.tracking_script` writes the file that is
// shipped, which is this one without comments and white space. Conventions for that: a semicolon after every
// statement, no regular expressions, no white space inside of template literals.
(() => {
	const doc = document, tag = doc.currentScript, data = tag.dataset, token = () => data.token || '';
	if (self.kairos || data.consent === 'no') return;
	self.kairos = 1;
	let memory, resting, refused, tries = 0;
	const mix = Object.assign, now = () => performance.now(),
		newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
		safe = f => x => { try { return f(x); } catch (e) {} },
		on = (target, types, f) => types.split(' ').forEach(type => target.addEventListener(type, safe(f), true));

	// The queue: what has no answer yet. One per person, since several may use this browser; a token is
	// key.person.time.signature. In localStorage, or in memory where that is blocked.
	const name = () => 'kairos.q.' + token().split('.').slice(1, -2),
		load = () => memory || safe(() => JSON.parse(localStorage[name()]).filter(m => m.id))() || [],
		store = queue => {
			let text;
			while ((text = JSON.stringify(queue)).length > 16e3 || queue[50])
				queue.splice(Math.max(0, queue.findIndex(m => !m.kind)), 1); // the oldest view, else the oldest press
			memory = safe(() => localStorage[name()] = text)() ? 0 : queue;
		},
		drop = m => store(load().filter(x => x.id !== m.id || x.seq !== m.seq));

	// Sending: a string is text/plain, so that another origin is not asked before (a JSON blob would be lost)
	const flying = new Set,
		request = m => [
			(data.endpoint || '') + `/jobs/api/track-${m.kind ? 'preference' : 'view'}/`,
			JSON.stringify(mix({}, m, {at: undefined, age: Math.max(0, Date.now() - m.at), token: token()}))
		],
		send = async m => {
			if (flying.has(m.id) || flying.size > 2 || token() === refused) return;
			flying.add(m.id);
			let [url, body] = request(m), used = token(), status = 0, after = 0;
			try {
				const answer = await fetch(url, {method: 'POST', body, keepalive: 1});
				status = answer.status;
				after = answer.headers.get('Retry-After') * 1e3 || 0;
			} catch (e) {}
			flying.delete(m.id);
			if (status < 500 && ![0, 401, 408, 425, 429].includes(status)) {
				tries = 0;
				drop(m);
				return wake();
			}
			if (status === 401) refused = used; // until there is another token
			else resting = resting || setTimeout(wake, Math.max(after, Math.min(3e5, 3e3 * 2 ** tries * (.5 + Math.random()))));
			tries++;
		},
		flush = () => { if (!resting) load().forEach(send); },
		wake = () => { resting = clearTimeout(resting), flush(); },
		put = m => {
			m = mix({at: Date.now(), bot: navigator.webdriver}, m);
			store(load().filter(x => x.id !== m.id).concat(m));
			return m;
		},
		leave = () => load().forEach(m => {
			if (resting && !m.kind && m.id !== visit.id) return;
			if (!navigator.onLine || !safe(() => navigator.sendBeacon(...request(m)))())
				flying.delete(m.id), send(m); // now or never, also beside an older total that is under way
			else if (!tries) drop(m); // nobody hears of a beacon's fate: while others fail, it stays in the queue
		});

	// The visit: a growing total of the seconds in which the page was visible and somebody there
	let visit = {}, total, beat, shown, last = now(), active = last;
	const tick = () => {
			const t = now(), gap = Math.min(t, active + 6e4) - last;
			if (shown && gap > 0) total = Math.min(18e5, total + (gap > 2e3 ? 1e3 : gap)); // asleep in between: one tick
			last = t;
			shown = doc.visibilityState === 'visible';
			if (total >= [3, 10, 20, 30, 60, 120, 300, 900][beat] * 1e3) {
				beat++;
				tell();
			}
		},
		arrive = () => { tick(); active = last; },
		tell = leaving => {
			const seconds = Math.floor(total / 100) / 10;
			if (visit.job && seconds > visit.seconds) {
				visit.seconds = seconds;
				visit.seq++;
				put(visit);
			}
			leaving ? leave() : flush();
		},
		page = () => doc.querySelector('[data-job-id]:not([data-kairos])') || tag,
		place = d => ({request_id: d.decision, position: d.position}),
		begin = () => {
			const d = page().dataset, job = d.jobId;
			total = beat = 0;
			visit = mix({id: newId(), seq: 0, job, seconds: 0, source: d.source}, place(d));
		},
		check = () => {
			if (page().dataset.jobId === visit.job) return;
			tick();
			tell();
			begin();
		};

	// The buttons: saved, rejected and ignored take each other back
	const pressedAt = {}, isPressed = b => b.getAttribute('aria-pressed') === 'true',
		jobOf = b => (b.closest('[data-job-id]') || page()).dataset,
		press = ({target}) => {
			const button = target.closest('[data-kairos]'), d = jobOf(button), job = d.jobId, t = now();
			const kind = button.dataset.kairos, pressed = !isPressed(button), back = new Set;
			if (!job || t - pressedAt[job + kind] < 500) return;
			pressedAt[job + kind] = t;
			doc.querySelectorAll('[data-kairos]').forEach(other => {
				const its = other.dataset.kairos, same = its === kind;
				if (jobOf(other).jobId !== job || !same && (!pressed || !isPressed(other) || (kind + its).includes('applied'))) return;
				other.setAttribute('aria-pressed', same && pressed);
				if (!same) back.add(its);
			});
			back.forEach(its => send(put({id: newId(), job, kind: its, undo: true})));
			send(put(mix({id: newId(), job, kind, undo: !pressed}, place(d))));
		};

	on(doc, 'click', press);
	on(doc, 'pointerdown pointermove keydown scroll', arrive);
	on(doc, 'visibilitychange', () => {
		tick();
		if (!shown) return tell(1);
		active = last;
		wake();
	});
	on(self, 'pagehide', () => { tick(); shown = 0; tell(1); }); // comes first, and still visible
	on(self, 'pageshow', ({persisted}) => { if (persisted) { arrive(); begin(); wake(); } });
	on(self, 'online', wake);
	setInterval(safe(tick), 1e3);
	setTimeout(() => page() !== tag || console.info('Kairos: no data-job-id'), 5e3);
	new MutationObserver(safe(check)).observe(doc, {subtree: 1, childList: 1, attributeFilter: ['data-job-id']});
	check();
	tick();
	wake();
})();
