// The diagram: which way a patient takes in it, and how a reader moves about in it.

const STATE_WORDS = {
	yes: "on the patient's path",
	maybe: "possible for the patient",
	no: "not on the patient's path",
};
const ZOOM = { least: 0.25, most: 6, step: 1.25 };

class Diagram {
	constructor(book, onOpen) {
		this.book = book;
		this.onOpen = onOpen;
		this.view = byId("view");
		this.svg = this.view.querySelector("svg");
		this.nodes = new Map(
			[...book.nodes.keys()].map((name) => [name, this.svg.getElementById(`node-${name}`)]),
		);
		this.spoken = new Map(
			[...this.nodes].map(([name, group]) => [name, group.getAttribute("aria-description")]),
		);
		this.zoom = 1;
		// So long a word on every text would be a tenth of the page.
		for (const text of this.svg.querySelectorAll("[textLength]"))
			text.setAttribute("lengthAdjust", "spacingAndGlyphs");
		for (const [name, group] of this.nodes) this.prepare(name, group);
		this.listen();
		this.point(book.start);
	}

	prepare(name, group) {
		const frames = [...group.children].filter(
			(part) => part.getAttribute("fill") === "none" && part.tagName !== "polyline",
		);
		frames.at(-1)?.classList.add("frame");
		group.addEventListener("click", () => this.onOpen(name));
		group.addEventListener("keydown", (event) => this.key(event, name));
	}

	key(event, name) {
		if (event.key === "Enter" || event.key === " ") this.onOpen(name);
		else if (event.key.startsWith("Arrow") && !event.ctrlKey) this.focus(this.neighbour(name, event.key));
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	/** Return the nearest node in the direction of an arrow key. */
	neighbour(name, key) {
		const [x, y] = this.middle(name);
		const [dx, dy] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key];
		const far = (other) => {
			const [ox, oy] = this.middle(other);
			const along = (ox - x) * dx + (oy - y) * dy;
			const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
			return along > 1 ? along + 2 * aside : Infinity;
		};
		const others = [...this.nodes.keys()].map((other) => [far(other), other]);
		const [distance, nearest] = others.reduce((a, b) => (b[0] < a[0] ? b : a));
		return distance < Infinity ? nearest : name;
	}

	middle(name) {
		const box = this.nodes.get(name).getBoundingClientRect();
		return [box.left + box.width / 2, box.top + box.height / 2];
	}

	/** Make one node the one that the Tab key comes to. */
	point(name) {
		for (const [other, group] of this.nodes) group.setAttribute("tabindex", other === name ? "0" : "-1");
	}

	focus(name) {
		this.point(name);
		this.nodes.get(name).focus({ preventScroll: true });
		this.show(name);
	}

	/** Mark the node whose panel is open, and bring it into view. */
	open(name) {
		for (const [other, group] of this.nodes) group.classList.toggle("open", other === name);
		if (!this.nodes.has(name)) return;
		this.point(name);
		this.show(name);
	}

	/** Scroll a node into the middle of the view, where it is not well inside already. */
	show(name) {
		const [box, view] = [this.nodes.get(name).getBoundingClientRect(), this.view.getBoundingClientRect()];
		const inside =
			box.top >= view.top &&
			box.bottom <= view.bottom &&
			box.left >= view.left &&
			box.right <= view.right;
		if (inside) return;
		const middle = (a, size, b, whole) => a + Math.min(size, whole) / 2 - (b + whole / 2);
		this.view.scrollBy({
			left: middle(box.left, box.width, view.left, view.width),
			top: middle(box.top, box.height, view.top, view.height),
		});
	}

	/** Mark the nodes that a search found. */
	mark(found) {
		this.svg.classList.toggle("searched", found !== null);
		for (const [name, group] of this.nodes) group.classList.toggle("hit", found?.has(name) ?? false);
	}

	/** Light the path of a walker, dash what is possible, dim the rest; without one, show all alike. */
	walk(walker) {
		byId("drawing-all").classList.toggle("walked", walker !== null);
		const reached = new Map((walker?.stops ?? []).map((stop) => [stop.name, stop]));
		for (const [name, group] of this.nodes) {
			const stop = reached.get(name);
			const state = walker && (stop ? (stop.sure ? "yes" : "maybe") : "no");
			paint(group, state);
			group.setAttribute(
				"aria-description",
				[this.spoken.get(name), state && STATE_WORDS[state]].filter(Boolean).join("; "),
			);
			const node = this.book.nodes.get(name);
			node.offers.forEach((_, place) =>
				paint(
					byId(`offer-${name}-${place}`),
					walker && CERTAINTY.get(stop ? stop.given[place].held : false),
				),
			);
			for (const [place, edge] of node.next.entries()) {
				const { truth: held } = stop?.edges[place].finding ?? { truth: false };
				const taken = CERTAINTY.get(stop?.sure || held === false ? held : null);
				for (const kind of ["edge", "stem", "label"])
					paint(byId(`${kind}-${name}..${edge.to}`), walker && taken);
			}
		}
	}

	scale(zoom, x = this.view.clientWidth / 2, y = this.view.clientHeight / 2) {
		const next = Math.min(Math.max(zoom, ZOOM.least), ZOOM.most);
		const [left, top] = [(this.view.scrollLeft + x) / this.zoom, (this.view.scrollTop + y) / this.zoom];
		this.zoom = next;
		this.svg.style.width = `${next * 100}%`;
		this.svg.style.maxWidth = "none";
		this.view.scrollTo(left * next - x, top * next - y);
		byId("zoom").textContent = `${Math.round(next * 100)} %`;
	}

	fit() {
		this.scale(1);
		this.view.scrollTo(0, 0);
	}

	listen() {
		byId("zoom-in").addEventListener("click", () => this.scale(this.zoom * ZOOM.step));
		byId("zoom-out").addEventListener("click", () => this.scale(this.zoom / ZOOM.step));
		byId("fit").addEventListener("click", () => this.fit());
		this.view.addEventListener("keydown", (event) => {
			const work = {
				"+": () => this.scale(this.zoom * ZOOM.step),
				"-": () => this.scale(this.zoom / ZOOM.step),
				0: () => this.fit(),
			}[event.key];
			if (work && !event.ctrlKey && !event.metaKey) work();
		});
		this.view.addEventListener(
			"wheel",
			(event) => {
				if (!event.ctrlKey) return;
				event.preventDefault();
				const box = this.view.getBoundingClientRect();
				this.scale(
					this.zoom * 1.002 ** -event.deltaY,
					event.clientX - box.left,
					event.clientY - box.top,
				);
			},
			{ passive: false },
		);
		this.drag();
	}

	/** Pan by a mouse, and zoom by two fingers; one finger scrolls, as everywhere. */
	drag() {
		const held = new Map();
		const spread = () =>
			Math.hypot(
				...["clientX", "clientY"].map((axis) =>
					[...held.values()].map((p) => p[axis]).reduce((a, b) => a - b),
				),
			);
		let moved = 0;
		this.view.addEventListener("pointerdown", (event) => {
			held.set(event.pointerId, event);
			moved = 0;
		});
		const move = (event) => {
			const last = held.get(event.pointerId);
			if (!last) return;
			const before = held.size === 2 ? spread() : 0;
			held.set(event.pointerId, event);
			if (before) this.scale((this.zoom * spread()) / before);
			else if (event.pointerType === "mouse") {
				moved += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
				this.view.scrollBy(last.clientX - event.clientX, last.clientY - event.clientY);
			}
		};
		window.addEventListener("pointermove", move);
		for (const end of ["pointerup", "pointercancel"])
			window.addEventListener(end, (event) => held.delete(event.pointerId));
		// A click that ends a pan opens nothing.
		this.view.addEventListener("click", (event) => moved > 6 && event.stopPropagation(), true);
	}
}

function paint(group, state) {
	if (!group) return;
	group.classList.remove("yes", "maybe", "no");
	if (state) group.classList.add(state);
}
