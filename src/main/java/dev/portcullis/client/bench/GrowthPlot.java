package dev.portcullis.client.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Costs over a growing quantity, as an SVG: the ratio to the cost at the first value, over the logarithm of the quantity. What
 * stays within a fifth of the first lies in the grey band.
 */
record GrowthPlot(String quantity, List<Integer> values, List<Line> lines) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 400;
    private static final int LEFT = 60;
    private static final int RIGHT = 30;
    private static final int TOP = 70;
    private static final int BOTTOM = 50;
    private static final int THOUSAND = 1_000;
    private static final int MOST_TICKS = 10;
    private static final double LEAST_STEP = 0.5;
    private static final double LEAST_TOP = 2;
    private static final double BAND = 0.2;
    private static final String GREY = "#57606a";
    private static final List<String> COLOURS = List.of("#1f6feb", "#bf3989");

    GrowthPlot {
        values = List.copyOf(values);
        lines = List.copyOf(lines);
    }

    /**
     * One cost.
     *
     * @param costs one for each value
     */
    record Line(String label, String unit, List<Double> costs) {
        Line {
            costs = List.copyOf(costs);
        }

        double ratio(int index) {
            return costs.get(0) > 0 ? costs.get(index) / costs.get(0) : 0;
        }

        private String legend() {
            return String.format(
                    Locale.ROOT,
                    "%s: %.1f to %.1f %s",
                    label,
                    costs.get(0),
                    costs.get(costs.size() - 1),
                    unit.equals("us") ? "\u00b5s" : unit);
        }
    }

    static GrowthPlot of(GrowthReport report) {
        return new GrowthPlot(
                report.growth().quantity().id(),
                report.growth().values(),
                report.figures().stream()
                        .map(figure -> new Line(
                                figure.label,
                                figure.unit,
                                report.steps().stream().map(figure::of).toList()))
                        .toList());
    }

    String toSvg() {
        List<String> parts = new ArrayList<>();
        parts.add(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH, HEIGHT));
        parts.add(rectangle(0, 0, WIDTH, HEIGHT, "#ffffff"));
        parts.add(rectangle(LEFT, y(1 + BAND), WIDTH - LEFT - RIGHT, y(1 - BAND) - y(1 + BAND), "#eaeef2"));
        for (double ratio : ticks()) {
            parts.add(format(
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>",
                    LEFT, WIDTH - RIGHT, y(ratio), y(ratio)));
            parts.add(text(LEFT - 8, y(ratio) + 4, "end", GREY, format("%.1f \u00d7", ratio)));
        }
        for (int value : values) {
            parts.add(text(x(value), HEIGHT - BOTTOM + 20, "middle", GREY, shortened(value)));
        }
        parts.add(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", GREY, quantity));
        for (int i = 0; i < lines.size(); i++) {
            parts.addAll(drawn(lines.get(i), COLOURS.get(i % COLOURS.size()), i));
        }
        parts.add("</svg>");
        return String.join("\n", parts) + "\n";
    }

    private List<String> drawn(Line line, String colour, int number) {
        List<String> parts = new ArrayList<>();
        parts.add(text(LEFT, 24 + 20 * number, "start", colour, line.legend()));
        parts.add(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                IntStream.range(0, values.size())
                        .mapToObj(i -> format("%.1f,%.1f", x(values.get(i)), y(line.ratio(i))))
                        .collect(Collectors.joining(" ")),
                colour));
        for (int i = 0; i < values.size(); i++) {
            parts.add(format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>",
                    x(values.get(i)), y(line.ratio(i)), colour));
        }
        return parts;
    }

    /** From 0 to the first that is above all ratios, at least to 2; some ten of them at most. */
    List<Double> ticks() {
        double most = Math.max(
                LEAST_TOP,
                lines.stream()
                        .flatMapToDouble(
                                line -> IntStream.range(0, values.size()).mapToDouble(line::ratio))
                        .max()
                        .orElse(0));
        double step = LEAST_STEP * Math.ceil(most / (LEAST_STEP * MOST_TICKS));
        return IntStream.rangeClosed(0, (int) Math.ceil(most / step))
                .mapToObj(i -> i * step)
                .toList();
    }

    private double x(int value) {
        double first = Math.log(values.get(0));
        double last = Math.log(values.get(values.size() - 1));
        return LEFT + (WIDTH - LEFT - RIGHT) * (Math.log(value) - first) / (last - first);
    }

    private double y(double ratio) {
        List<Double> ticks = ticks();
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ratio / ticks.get(ticks.size() - 1);
    }

    /** As it stands at an axis: 100k for 100,000. */
    static String shortened(int value) {
        return value >= THOUSAND && value % THOUSAND == 0 ? value / THOUSAND + "k" : Integer.toString(value);
    }

    private static String rectangle(double x, double y, double width, double height, String colour) {
        return format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x, y, width, height, colour);
    }

    private static String text(double x, double y, String anchor, String colour, String text) {
        return format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, colour, text);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
