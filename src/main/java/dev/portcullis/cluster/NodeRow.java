package dev.portcullis.cluster;

import dev.portcullis.bus.PeerNode;
import dev.portcullis.bus.Stage;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The row in which a node describes itself.
 *
 * @param stages numbers of instances that answer there; empty while the node starts and once it drains
 * @param version of the product; informative
 * @param generation the last reload of all nodes that is in force there, or was when the node joined; later ones sort behind
 */
record NodeRow(String node, SharedSettings settings, Map<Stage, Integer> stages, String version, String generation) {
    private static final JsonObject NONE = new JsonObject();

    NodeRow {
        stages = Map.copyOf(stages);
    }

    /** A node that has seen no reload. */
    NodeRow(String node, SharedSettings settings, Map<Stage, Integer> stages, String version) {
        this(node, settings, stages, version, "");
    }

    boolean serves() {
        return !stages.isEmpty();
    }

    /** @param unseenNanos for how long the directory was not seen to have it */
    ClusterNode described(boolean reachable, long unseenNanos) {
        return new ClusterNode(
                node, version, stages, reachable, Math.max(0, TimeUnit.NANOSECONDS.toMillis(unseenNanos)));
    }

    PeerNode peer() {
        return new PeerNode(node, stages);
    }

    NodeRow sharing(SharedSettings others, String reload) {
        return new NodeRow(node, others, stages, version, reload);
    }

    boolean isBehind(NodeRow other) {
        return generation.compareTo(other.generation) < 0;
    }

    NodeRow serving(Map<Stage, Integer> stageCounts) {
        return new NodeRow(node, settings, stageCounts, version, generation);
    }

    /** Fields are only ever added, so that the previous release can read it. */
    String text() {
        JsonObject known = new JsonObject();
        settings.known()
                .forEach((setting, values) -> known.put(
                        setting.id(), new JsonArray(values.stream().sorted().toList())));
        JsonObject stageCounts = new JsonObject();
        stages.forEach((stage, instances) -> stageCounts.put(stage.id(), instances));
        return new JsonObject()
                .put("wire", settings.wire())
                .put("facts", known)
                .put("stages", stageCounts)
                .put("version", version)
                .put("generation", generation)
                .encode();
    }

    /** Empty for a text that is no row: another program wrote it. */
    static Optional<NodeRow> of(String node, String text) {
        try {
            JsonObject row = new JsonObject(text);
            return row.containsKey("wire") ? Optional.of(of(node, row)) : Optional.empty();
        } catch (DecodeException | ClassCastException malformed) {
            return Optional.empty();
        }
    }

    private static NodeRow of(String node, JsonObject row) {
        Map<SharedSetting, Set<String>> known = new EnumMap<>(SharedSetting.class);
        row.getJsonObject("facts", NONE)
                .forEach(each -> SharedSetting.of(each.getKey())
                        .ifPresent(setting -> known.put(setting, values(each.getValue()))));
        Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
        row.getJsonObject("stages", NONE)
                .forEach(each ->
                        Stage.of(each.getKey()).ifPresent(stage -> stages.put(stage, (Integer) each.getValue())));
        return new NodeRow(
                node,
                new SharedSettings(row.getInteger("wire"), known),
                stages,
                row.getString("version", ""),
                row.getString("generation", ""));
    }

    private static Set<String> values(Object list) {
        return ((JsonArray) list).stream().map(String.class::cast).collect(Collectors.toSet());
    }
}
