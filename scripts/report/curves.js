// curves.js - draws the learning curves of single cells from the text that curves.h describes,
// "recall@1, %|0 3.1|1 22.4": a small picture of one, or a large one of several.
'use strict';

const Curves = (() => {
    const SMALL = {width: 48, height: 14}, LARGE = {end: 470, height: 300, left: 52, top: 12, bottom: 40};
    const DASHES = ['', '7 3', '2 3', '8 3 2 3', '12 4', '1 2'];

    function shape(name, attributes = {}, ...children) {
        const made = document.createElementNS('http://www.w3.org/2000/svg', name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        made.append(...children);
        return made;
    }

    function parse(text) {
        const [title, ...points] = text.split('|');
        return {title, points: points.map(point => point.split(' ').map(Number))};
    }

    // Places of numbers between low and high, from one end of a picture to the other.
    function scale(low, high, from, to) {
        return value => high > low ? from + (to - from) * (value - low) / (high - low) : (from + to) / 2;
    }

    function line(points, x, y, attributes) {
        const places = points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
        return shape('polyline', {points: places, fill: 'none', ...attributes});
    }

    function extremes(values) {
        return [Math.min(...values), Math.max(...values)];
    }

    // For a button that has its own words.
    function small(text) {
        const {points} = parse(text), {width, height} = SMALL;
        const x = scale(...extremes(points.map(point => point[0])), 1, width - 1);
        const y = scale(...extremes(points.map(point => point[1])), height - 2, 2);
        return shape('svg', {width, height, 'aria-hidden': 'true'}, line(points, x, y, {stroke: 'currentColor'}));
    }

    // About `count` round numbers between the two, at least `least` apart.
    function ticks(low, high, count, least) {
        const rough = Math.max((high - low) / count, least || Number.MIN_VALUE), power = 10 ** Math.floor(Math.log10(rough));
        const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999), list = [];
        for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9 * step; at++) list.push(at * step);
        return list;
    }

    function axes(frame, x, y, [first, last], [low, high], title) {
        const {end, height, left, top, bottom} = LARGE, floor = height - bottom;
        for (const at of ticks(low, high, 5)) {
            frame.append(shape('line', {x1: left, x2: end, y1: y(at), y2: y(at), class: 'grid'}),
                shape('text', {x: left - 6, y: y(at) + 4, 'text-anchor': 'end'}, String(Number(at.toPrecision(6)))));
        }
        for (const at of ticks(first, last, 10, 1)) {
            frame.append(shape('text', {x: x(at), y: floor + 16, 'text-anchor': 'middle'}, String(at)));
        }
        frame.append(shape('text', {x: (left + end) / 2, y: height - 6, 'text-anchor': 'middle'}, 'epoch'),
            shape('text', {x: left, y: top - 2, 'text-anchor': 'start'}, title));
    }

    // Names beside the ends of lines, moved down where two would meet.
    function names(frame, curves, y) {
        const {end, height, bottom} = LARGE, ends = curves.map((curve, c) => ({c, at: y(curve.points.at(-1)[1]) + 4}));
        ends.sort((a, b) => a.at - b.at);
        ends.forEach((own, e) => { if (e > 0) own.at = Math.max(own.at, ends[e - 1].at + 15); });
        const over = Math.max(0, ends.at(-1).at - (height - bottom + 4));
        ends.forEach(({c, at}) => frame.append(
            shape('text', {x: end + 8, y: at - over, class: `curve-${c}`}, curves[c].name)));
    }

    // A picture of several cells, each {name, text}; all of one metric.
    function large(cells) {
        const curves = cells.map(({name, text}) => ({name, ...parse(text)})), all = curves.flatMap(curve => curve.points);
        const epochs = extremes(all.map(point => point[0])), values = extremes(all.map(point => point[1]));
        const {end, height, left, top, bottom} = LARGE, width = end + 16 + 7 * Math.max(...curves.map(({name}) => name.length));
        const x = scale(...epochs, left, end), y = scale(...values, height - bottom, top + 14);
        const ends = curves.map(({name, points}) => `${name} from ${points[0][1]} to ${points.at(-1)[1]}`).join('; ');
        const frame = shape('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img',
            'aria-label': `${curves[0].title} by epoch: ${ends}`});
        axes(frame, x, y, epochs, values, curves[0].title);
        curves.forEach(({name, points}, c) => {
            frame.append(line(points, x, y, {class: `curve-${c}`, 'stroke-dasharray': DASHES[c]}));
            points.forEach(([epoch, value]) => frame.append(shape('circle',
                {cx: x(epoch), cy: y(value), r: 3, class: `curve-${c}`},
                shape('title', {}, `${name}, epoch ${epoch}: ${value}`))));
        });
        names(frame, curves, y);
        return frame;
    }

    return {most: DASHES.length, small, large, title: text => parse(text).title};
})();
