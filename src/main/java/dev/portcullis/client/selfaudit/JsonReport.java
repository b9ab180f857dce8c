package dev.portcullis.client.selfaudit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The report as one JSON object. */
public final class JsonReport {
    private JsonReport() {}

    public static JsonObject of(SelfAuditReport report) {
        JsonArray results = new JsonArray();
        report.results()
                .forEach(each -> results.add(new JsonObject()
                        .put("id", each.probe().id())
                        .put("area", each.probe().area().id())
                        .put("grade", each.grade().id())
                        .put("asked", each.probe().title())
                        .put("text", each.text())
                        .put("fix", each.isFound() ? each.probe().fix() : null)));
        JsonArray standards = new JsonArray();
        report.evidence()
                .forEach(each -> standards.add(new JsonObject()
                        .put("document", each.standard().document())
                        .put("section", each.standard().section())
                        .put("about", each.standard().about())
                        .put("extent", each.extent().id())
                        .put("probes", new JsonArray(each.probes()))));
        JsonObject counts = new JsonObject();
        for (Grade grade : Grade.values()) {
            counts.put(grade.id(), report.count(grade));
        }
        JsonObject all = new JsonObject()
                .put("target", report.target())
                .put("begin", report.begin().toString())
                .put("durationMs", report.duration().toMillis())
                .put("complete", report.isComplete())
                .put("learnt", report.hasLearnt())
                .put("left", new JsonArray(report.left()))
                .put("counts", counts)
                .put("results", results)
                .put("standards", standards);
        report.load()
                .ifPresent(load -> all.put(
                        "load",
                        new JsonObject()
                                .put("connections", load.connections())
                                .put("handshakeMs", spread(load.handshakeMs()))
                                .put("pingMs", spread(load.pingMs()))));
        return all;
    }

    private static JsonObject spread(List<Double> sorted) {
        return new JsonObject()
                .put("count", sorted.size())
                .put("p50", LoadFigures.quantile(sorted, 0.5))
                .put("p99", LoadFigures.quantile(sorted, 0.99))
                .put("max", LoadFigures.quantile(sorted, 1));
    }
}
