// What is drawn on a lane's canvas beside uPlot's own lines. Colours are read from the tokens each time.
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--fe-${name}`).trim();

export function alpha(hex, opacity) {
  const number = parseInt(hex.slice(1), 16);
  return `rgba(${number >> 16}, ${(number >> 8) & 255}, ${number & 255}, ${opacity})`;
}

// A painter knows the plot's box and its two scales, in canvas pixels.
class Painter {
  constructor(plot) {
    this.canvas = plot.ctx;
    this.box = plot.bbox;
    this.dots = devicePixelRatio || 1;
    this.x = (minute) => plot.valToPos(minute, "x", true);
    this.y = (value) => plot.valToPos(value, "y", true);
  }

  path(points, close = false) {
    this.canvas.beginPath();
    points.forEach(([x, y], i) => (i ? this.canvas.lineTo(x, y) : this.canvas.moveTo(x, y)));
    if (close) this.canvas.closePath();
  }

  inside(from, to, draw) {
    this.canvas.save();
    this.canvas.beginPath();
    this.canvas.rect(this.x(from), this.box.top, this.x(to) - this.x(from), this.box.height);
    this.canvas.clip();
    draw();
    this.canvas.restore();
  }

  // solid until now, dashed after: what is to come is not yet so
  median(level, now) {
    const points = level.m.map((minute, i) => [minute, level.median[i]]).filter(([, value]) => value != null).map(([minute, value]) => [this.x(minute), this.y(value)]);
    const stroke = (dash) => { this.canvas.setLineDash(dash); this.path(points); this.canvas.stroke(); };
    Object.assign(this.canvas, { strokeStyle: token("v-level"), lineWidth: 2.4 * this.dots, lineJoin: "round" });
    this.inside(-1e4, now, () => stroke([]));
    this.inside(now, 1e4, () => stroke([5 * this.dots, 5 * this.dots]));
  }
}

export const whenDrawn = (draw) => (plot) => {
  plot.ctx.save();
  draw(new Painter(plot));
  plot.ctx.restore();
};

export const drawFuture = (plot, now) => whenDrawn(({ canvas, box, x }) => {
  const from = Math.max(box.left, Math.min(x(now), box.left + box.width));
  canvas.fillStyle = token("sunken");
  canvas.fillRect(from, box.top, box.left + box.width - from, box.height);
})(plot);

function vertical(paint, minute, dash, width) {
  const x = paint.x(minute);
  if (x < paint.box.left || x > paint.box.left + paint.box.width) return;
  Object.assign(paint.canvas, { strokeStyle: token("ink"), lineWidth: width * paint.dots });
  paint.canvas.setLineDash(dash.map((length) => length * paint.dots));
  paint.path([[x, paint.box.top], [x, paint.box.top + paint.box.height]]);
  paint.canvas.stroke();
}

export const drawNow = (plot, now) => whenDrawn((paint) => vertical(paint, now, [], 1.6))(plot);
export const drawRead = (plot, minute) => { if (minute != null) whenDrawn((paint) => vertical(paint, minute, [2, 3], 1))(plot); };

export function drawBand(paint, rows, colour) {
  if (!rows?.length) return;
  const upper = rows.map(([minute, , high]) => [paint.x(minute), paint.y(high)]);
  const lower = rows.map(([minute, low]) => [paint.x(minute), paint.y(low)]).reverse();
  paint.canvas.fillStyle = colour;
  paint.path([...upper, ...lower], true);
  paint.canvas.fill();
}

export function drawLimits(paint, limits) {
  const { canvas, box, dots } = paint;
  const right = box.left + box.width;
  canvas.font = `${11 * dots}px ${token("font")}`;
  Object.assign(canvas, { textAlign: "right", textBaseline: "alphabetic", lineJoin: "round" });
  for (const { value, text } of limits) {
    Object.assign(canvas, { strokeStyle: token("warn-ink"), lineWidth: 1.1 * dots });
    canvas.setLineDash([5 * dots, 4 * dots]);
    paint.path([[box.left, paint.y(value)], [right, paint.y(value)]]);
    canvas.stroke();
    haloText(paint, text, right - 4 * dots, paint.y(value) - 4 * dots, token("warn-ink"));
  }
}

function haloText({ canvas, dots }, text, x, y, colour) {
  canvas.setLineDash([]);
  Object.assign(canvas, { strokeStyle: token("surface"), lineWidth: 3 * dots });
  canvas.strokeText(text, x, y);
  canvas.fillStyle = colour;
  canvas.fillText(text, x, y);
}

// Only what lies on the axis: a mark from before its first minute would stand among the axis' own figures.
// As on an anaesthesia record: v points down at systolic, ^ up at diastolic, a bar between; outside a limit in the high colour.
export function drawMarks(paint, readings) {
  const { canvas, dots } = paint;
  const wide = 5.5 * dots, tall = 6.5 * dots;
  const outside = document.documentElement.dataset.theme === "dark" ? token("high-ink") : token("high");
  Object.assign(canvas, { lineWidth: 2.3 * dots, lineCap: "round", lineJoin: "round" });
  for (const { m, sys, dia, out } of readings) {
    const x = paint.x(m), top = paint.y(sys), foot = paint.y(dia);
    if (x < paint.box.left || x > paint.box.left + paint.box.width) continue;
    canvas.strokeStyle = out ? outside : token("v-pressure");
    for (const points of [[[x - wide, top - tall], [x, top], [x + wide, top - tall]], [[x - wide, foot + tall], [x, foot], [x + wide, foot + tall]], [[x, top], [x, foot]]]) {
      paint.path(points);
      canvas.stroke();
    }
  }
}
