package dev.portcullis.app.config;

import dev.portcullis.config.Section;
import java.util.Map;
import java.util.TreeMap;

/** Keys of earlier versions that have no effect any more, each with what an operator may do. */
final class RemovedKeys {
    private static final String BREAKER = "the section breaker holds for all stages and services; set it there";

    private static final Map<String, String> REMOVED = new TreeMap<>(Map.ofEntries(
            Map.entry("bus.breaker", BREAKER),
            Map.entry("content.hook.breaker", BREAKER),
            Map.entry("direct.hook.breaker", BREAKER),
            Map.entry("hooks.http.breaker", BREAKER),
            Map.entry("rooms.authorizer.http.breaker", BREAKER)));

    private RemovedKeys() {}

    static void read(Section root) {
        REMOVED.forEach((path, instead) -> {
            Section section = root;
            String rest = path;
            for (int dot = rest.indexOf('.'); dot > 0; dot = rest.indexOf('.')) {
                section = section.section(rest.substring(0, dot));
                rest = rest.substring(dot + 1);
            }
            section.removed(rest, instead);
        });
    }
}
