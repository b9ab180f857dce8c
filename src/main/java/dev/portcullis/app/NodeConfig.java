package dev.portcullis.app;

import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;
import dev.portcullis.store.StoreConfig;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Everything that the operator decided about this node, each part read by the package that it concerns.
 *
 * @param dev what is open here is meant for one's own machine, and bound to it
 * @param stages how many instances of each stage run; 0 is none
 */
public record NodeConfig(
        boolean dev, Map<Stage, Integer> stages, Listener http, Listener admin, BusConfig bus, StoreConfig store) {
    private static final String DEV = "a configuration for development: listens on loopback only";

    public static NodeConfig read(Section root) {
        NodeConfig config = new NodeConfig(
                root.flag("dev", false, DEV),
                stages(root),
                Listener.read(root.section("http"), 8080),
                Listener.read(root.section("admin"), 9090),
                BusConfig.read(root.section("bus")),
                StoreConfig.read(root.section("store")));
        config.refuseHalfANode(root.section("stages"));
        config.keepDevHome(root.section("http"), config.http);
        config.keepDevHome(root.section("admin"), config.admin);
        return config;
    }

    /** Who names stages names all that shall run; who names none gets one of each. */
    private static Map<Stage, Integer> stages(Section root) {
        int unnamed = root.has("stages") ? 0 : 1;
        Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            String about = "instances of the stage " + stage.word()
                    + "; where stages are named, one that is left out does not run";
            stages.put(stage, root.section("stages").integer(stage.word(), unnamed, 0, 64, about));
        }
        return Collections.unmodifiableMap(stages);
    }

    private void refuseHalfANode(Section section) {
        stages.forEach((stage, instances) -> {
            if (instances == 0) {
                section.problem(
                        stage.word(),
                        "does not run",
                        "it is needed as there is no cluster yet: a whole number from 1 to 64 is needed");
            }
        });
    }

    /** Development leaves doors open, such as a published secret: nobody else may reach them (CWE-1327). */
    private void keepDevHome(Section section, Listener listener) {
        if (dev && !listener.onLoopback()) {
            section.problem(
                    "host",
                    "reaches beyond this machine in a configuration for development",
                    "write 127.0.0.1, or begin with conf/node.json and leave dev out");
        }
    }
}
