package dev.portcullis.client.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a run costs while one quantity grows.
 *
 * @param steps one for each value
 */
record GrowthReport(Growth growth, List<Step> steps) {
    private static final String LINE = "%8s %12s %14s %14s %14s %14s %14s  %s";

    GrowthReport {
        steps = List.copyOf(steps);
    }

    /** The reports of all rounds of one value. */
    record Step(int value, int connections, List<BenchReport> rounds) {
        Step {
            rounds = List.copyOf(rounds);
        }

        double median(ToDoubleFunction<BenchReport> figure) {
            double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
            return sorted[sorted.length / 2];
        }

        boolean sound() {
            return rounds.stream().allMatch(BenchReport::sound);
        }

        private boolean hasCost() {
            return rounds.stream().allMatch(report -> report.cost().isPresent());
        }
    }

    /** What is drawn as one line. */
    enum Figure {
        DELIVERY_CPU("CPU of a delivery", "us"),
        HANDSHAKE_CPU("CPU of a handshake with its joins", "us"),
        JOIN_CPU("CPU of a join with its share of the handshake", "us"),
        DELIVERY_TIME("p50 of a delivery", "ms"),
        HANDSHAKE_TIME("p50 of a handshake with its joins", "ms");

        final String label;
        final String unit;

        Figure(String label, String unit) {
            this.label = label;
            this.unit = unit;
        }

        double of(Step step) {
            return switch (this) {
                case DELIVERY_CPU ->
                    step.median(report -> report.cost().orElseThrow().delivery());
                case HANDSHAKE_CPU ->
                    step.median(report -> report.cost().orElseThrow().handshake());
                case JOIN_CPU -> HANDSHAKE_CPU.of(step) / step.value();
                case DELIVERY_TIME -> step.median(report -> report.delivery().p50());
                case HANDSHAKE_TIME -> step.median(report -> report.handshake().p50());
            };
        }
    }

    /** Goes through the values so many times; the first of all runs only warms the server up. */
    static GrowthReport of(Growth growth, BenchPlan plan, int rounds, Function<BenchPlan, BenchReport> run) {
        List<BenchPlan> plans =
                growth.values().stream().map(value -> growth.in(plan, value)).toList();
        List<List<BenchReport>> reports =
                plans.stream().<List<BenchReport>>map(any -> new ArrayList<>()).toList();
        var unused = run.apply(plans.get(0));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < plans.size(); i++) {
                reports.get(i).add(run.apply(plans.get(i)));
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            steps.add(new Step(growth.values().get(i), plans.get(i).population().connections(), reports.get(i)));
        }
        return new GrowthReport(growth, steps);
    }

    boolean sound() {
        return steps.stream().allMatch(Step::sound);
    }

    /** CPU where it is known, else times. */
    List<Figure> figures() {
        if (!steps.stream().allMatch(Step::hasCost)) {
            return List.of(Figure.DELIVERY_TIME, Figure.HANDSHAKE_TIME);
        }
        return List.of(
                Figure.DELIVERY_CPU,
                growth.quantity() == Growth.Quantity.JOINS ? Figure.JOIN_CPU : Figure.HANDSHAKE_CPU);
    }

    JsonObject toJson() {
        JsonArray rows = new JsonArray();
        steps.forEach(step -> step.rounds()
                .forEach(
                        report -> rows.add(report.toJson().put(growth.quantity().id(), step.value()))));
        return new JsonObject().put("sound", sound()).put("runs", rows);
    }

    String toText() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                LINE,
                growth.quantity().id(),
                "connections",
                "deliveries/s",
                "delivery p50",
                "delivery p99",
                "delivery CPU",
                "handshake CPU",
                "verdict"));
        steps.forEach(step -> lines.add(line(step)));
        return String.join(System.lineSeparator(), lines);
    }

    private static String line(Step step) {
        return String.format(
                Locale.ROOT,
                LINE,
                String.format(Locale.ROOT, "%,d", step.value()),
                String.format(Locale.ROOT, "%,d", step.connections()),
                String.format(Locale.ROOT, "%,.0f", step.median(BenchReport::deliveriesPerSecond)),
                String.format(
                        Locale.ROOT,
                        "%.2f ms",
                        step.median(report -> report.delivery().p50())),
                String.format(
                        Locale.ROOT,
                        "%.2f ms",
                        step.median(report -> report.delivery().p99())),
                cost(step, Figure.DELIVERY_CPU),
                cost(step, Figure.HANDSHAKE_CPU),
                step.sound() ? "sound" : "not sound");
    }

    private static String cost(Step step, Figure figure) {
        return step.hasCost() ? String.format(Locale.ROOT, "%.1f %s", figure.of(step), figure.unit) : "-";
    }
}
