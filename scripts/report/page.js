// page.js - interactive tables of reports: sort, filter, group and color rows, put two of them side by side, draw their
// curves, and copy the command that repeats one. A page is complete without it.
'use strict';
(() => {
    const SORTED_MIN = 2, FILTERED_MIN = 8, COLORS_MAX = 12;

    function element(name, properties = {}, ...children) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    }

    // The number that a text begins with: "61.20 ± 0.31 *", "+1.2 … +3.4", "−0.5"; NaN if there is none.
    function numberOf(text) {
        return parseFloat(text.trim().replace('−', '-').replace(/,(?=\d{3})/g, ''));
    }

    const collator = new Intl.Collator('en', {numeric: true});

    // Numbers before texts, and what is empty last, whichever way the rest goes.
    function compareTexts(a, b, direction) {
        const left = numberOf(a), right = numberOf(b);
        if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
        if (isNaN(left) !== isNaN(right)) return isNaN(left) - isNaN(right);
        if (!isNaN(left) && left !== right) return direction * (left - right);
        return direction * collator.compare(a, b);
    }

    class Table {
        constructor(table) {
            this.table = table;
            this.body = table.tBodies[0];
            this.heads = [...table.tHead.rows[0].cells].filter(head => !('files' in head.dataset));
            this.titles = this.heads.map(head => head.textContent);
            this.rows = [...this.body.rows].map((row, index) => ({
                row, index, texts: this.heads.map((_, c) => row.cells[c].textContent.trim()), shown: true,
            }));
            this.rows.forEach(row => { row.search = row.texts.join('\n').toLowerCase(); });
            this.sorted = {column: -1, direction: 1};
            this.grouped = -1;
            this.chosen = [];
            this.drawn = [];
        }

        enhance() {
            if (this.rows.length < SORTED_MIN) return;
            const explorable = 'explorable' in this.table.dataset;
            this.heads.forEach((head, c) => this.addSorting(head, c));
            if (!explorable && this.rows.length < FILTERED_MIN) return;
            this.tools = element('div', {className: 'tools'});
            this.table.closest('.table').before(this.tools);
            this.addFilter();
            if (!explorable) return;
            this.addChoice('Group by', column => { this.grouped = column; this.arrange(); });
            this.addChoice('Color by', column => this.color(column));
            this.addRowTools();
            this.pair = this.addPanel('Two rows side by side');
            this.curves = this.addPanel('Curves of chosen rows');
        }

        addPanel(name) {
            const panel = element('div', {className: 'panel', hidden: true, tabIndex: 0});
            panel.setAttribute('role', 'region');
            panel.setAttribute('aria-label', name);
            this.tools.after(panel);
            return panel;
        }

        // ---- sorting, filtering, grouping ----

        addSorting(head, column) {
            const button = element('button', {type: 'button'}, ...head.childNodes);
            button.addEventListener('click', () => {
                const again = this.sorted.column === column;
                this.sorted = {column, direction: again ? -this.sorted.direction : 1};
                this.heads.forEach(other => other.removeAttribute('aria-sort'));
                head.setAttribute('aria-sort', this.sorted.direction > 0 ? 'ascending' : 'descending');
                this.arrange();
            });
            head.replaceChildren(button);
        }

        addFilter() {
            const input = element('input', {type: 'search', autocomplete: 'off'});
            this.count = element('output');
            input.addEventListener('input', () => this.filter(input.value));
            this.tools.append(element('label', {}, 'Filter', input), this.count);
            this.filter('');
        }

        // Every word must be in the row.
        filter(text) {
            const words = text.toLowerCase().split(/\s+/).filter(word => word);
            this.rows.forEach(row => {
                row.shown = words.every(word => row.search.includes(word));
                row.row.hidden = !row.shown;
            });
            const shown = this.rows.filter(row => row.shown).length;
            this.count.value = shown === this.rows.length ? `${shown} rows` : `${shown} of ${this.rows.length} rows`;
            if (this.grouped >= 0) this.arrange();
        }

        addChoice(label, choose) {
            const select = element('select', {}, new Option('–', '-1'),
                ...this.titles.map((title, c) => new Option(title, c)));
            select.addEventListener('change', () => choose(Number(select.value)));
            this.tools.append(element('label', {}, label, select));
        }

        arrange() {
            const {column, direction} = this.sorted, group = this.grouped;
            const rows = [...this.rows].sort((a, b) =>
                (group >= 0 ? compareTexts(a.texts[group], b.texts[group], 1) : 0) ||
                (column >= 0 ? compareTexts(a.texts[column], b.texts[column], direction) : 0) || a.index - b.index);
            const parts = [];
            rows.forEach((row, r) => {
                const isFirst = group >= 0 && (r === 0 || rows[r - 1].texts[group] !== row.texts[group]);
                if (isFirst) parts.push(this.groupHead(row.texts[group]));
                parts.push(row.row);
            });
            this.body.replaceChildren(...parts);
        }

        groupHead(value) {
            const count = this.rows.filter(row => row.shown && row.texts[this.grouped] === value).length;
            const head = element('th', {colSpan: this.heads.length + 1, scope: 'rowgroup'},
                `${this.titles[this.grouped]}: ${value || 'none'} (${count})`);
            return element('tr', {className: 'group', hidden: count === 0}, head);
        }

        // ---- colors ----

        // As many hues as there are values; beyond COLORS_MAX numbers go from blue to yellow, texts begin again.
        color(column) {
            const values = column < 0 ? [] : [...new Set(this.rows.map(row => row.texts[column]))];
            values.sort((a, b) => compareTexts(a, b, 1));
            const places = new Map(values.map((value, v) => [value, v]));
            this.rows.forEach(({row, texts}) => {
                row.style.removeProperty('--color');
                if (column < 0) return;
                const place = places.get(texts[column]);
                row.style.setProperty('--color', values.length <= COLORS_MAX || isNaN(numberOf(texts[column]))
                    ? `hsl(${360 * (place % COLORS_MAX) / Math.min(values.length, COLORS_MAX)} 70% 50%)`
                    : `hsl(${240 - 190 * place / (values.length - 1)} 75% 50%)`);
            });
        }

        // ---- rows: their commands, and two of them side by side ----

        // Copies of one button and one box, which the table listens to: a page may have thousands.
        addRowTools() {
            const button = element('button', {type: 'button', className: 'copy'}, 'copy command');
            const label = element('label', {className: 'choose'}, element('input', {type: 'checkbox'}), ' compare');
            this.rows.forEach(({row, texts, index}) => {
                const files = row.cells[this.heads.length], name = texts.find(text => text) || `row ${index + 1}`;
                if (row.dataset.curve) files.prepend(this.curveButton(name, row.dataset.curve));
                if (row.dataset.command) {
                    const copy = files.appendChild(button.cloneNode(true));
                    copy.setAttribute('aria-label', `Copy command that runs ${name} again`);
                }
                const box = files.appendChild(label.cloneNode(true)).firstChild;
                box.setAttribute('aria-label', `compare ${name} with another row`);
            });
            this.body.addEventListener('click', ({target}) => {
                const pressed = target.closest('button');
                if (pressed?.matches('.copy')) copyText(pressed.closest('tr').dataset.command, pressed);
                if (pressed?.matches('.curve')) this.drawCurve(pressed);
            });
            this.body.addEventListener('change', ({target}) => this.choose(target));
        }

        curveButton(name, text) {
            const button = element('button', {type: 'button', className: 'curve'}, Curves.small(text));
            button.setAttribute('aria-label', `draw the curve of ${name}`);
            button.setAttribute('aria-pressed', 'false');
            return button;
        }

        // Another metric begins a new picture; beyond as many as can be told apart, the oldest goes.
        drawCurve(button) {
            const {texts, row} = this.rows.find(({row}) => row.contains(button)), text = row.dataset.curve;
            const isNew = !this.drawn.some(other => other.button === button);
            this.drawn = this.drawn.filter(other => other.button !== button);
            if (isNew) {
                this.drawn = this.drawn.filter(other => Curves.title(other.text) === Curves.title(text));
                this.drawn.push({button, name: texts.find(text => text), text});
                this.drawn = this.drawn.slice(-Curves.most);
            }
            this.body.querySelectorAll('.curve[aria-pressed=true]').forEach(other => other.setAttribute('aria-pressed', 'false'));
            this.drawn.forEach(other => other.button.setAttribute('aria-pressed', 'true'));
            this.curves.hidden = this.drawn.length === 0;
            if (this.curves.hidden) return;
            this.curves.replaceChildren(Curves.large(this.drawn));
            if (isNew) this.curves.scrollIntoView({block: 'nearest'});
        }

        // The third one takes the place of the first.
        choose(box) {
            const chosen = this.rows.find(({row}) => row.contains(box));
            this.chosen = this.chosen.filter(other => other !== chosen);
            if (box.checked) this.chosen.push(chosen);
            if (this.chosen.length > 2) this.chosen.shift().row.querySelector('.choose input').checked = false;
            this.pair.hidden = this.chosen.length < 2;
            if (!this.pair.hidden) this.showPair(...this.chosen);
        }

        showPair(left, right) {
            const order = (a, b) => (left.texts[a] === right.texts[a]) - (left.texts[b] === right.texts[b]);
            const rows = this.titles.map((_, c) => c).sort(order).map(c => {
                const differs = left.texts[c] !== right.texts[c];
                const difference = numberOf(right.texts[c]) - numberOf(left.texts[c]);
                return element('tr', {className: differs ? 'differs' : ''},
                    element('th', {scope: 'row'}, this.titles[c]), ...[left, right].map(row =>
                        element('td', {}, row.texts[c])),
                    element('td', {}, !differs ? 'the same' : isNaN(difference) ? 'differs'
                        : (difference < 0 ? '−' : '+') + Number(Math.abs(difference).toPrecision(4))));
            });
            const heads = ['', 'first', 'second', 'difference'].map(text => text
                ? element('th', {scope: 'col'}, text) : element('td'));
            this.pair.replaceChildren(element('table', {}, element('caption', {}, 'Two rows side by side'),
                element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows)));
        }
    }

    // Some browsers do not let pages opened as files use the clipboard; the text is then selected in a field.
    async function copyText(text, button) {
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            const field = element('textarea', {value: text});
            button.after(field);
            field.select();
            document.execCommand('copy');
            field.remove();
            button.focus();
        }
        const before = button.textContent;
        button.textContent = 'copied';
        setTimeout(() => { button.textContent = before; }, 1500);
    }

    // One after the other, so that a large page can be read and scrolled in the meantime.
    function enhance(tables) {
        if (tables.length === 0) {
            document.documentElement.dataset.ready = '';
            return;
        }
        new Table(tables[0]).enhance();
        setTimeout(enhance, 0, tables.slice(1));
    }
    enhance([...document.querySelectorAll('main table')]);

    // Folded parts are printed too, and fold again.
    let opened = [];
    addEventListener('beforeprint', () => {
        opened = [...document.querySelectorAll('details:not([open])')];
        opened.forEach(details => { details.open = true; });
    });
    addEventListener('afterprint', () => opened.forEach(details => { details.open = false; }));
})();
