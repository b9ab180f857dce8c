package dev.portcullis.app.config;

import dev.portcullis.config.Section;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Keys of earlier versions that have no effect any more, each with what an operator may do. */
final class RemovedKeys {
    private static final String BREAKER = "the section breaker holds for all stages and services; set it there";

    private static final List<String> BREAKERS = List.of(
            "bus.breaker",
            "content.hook.breaker",
            "direct.hook.breaker",
            "hooks.http.breaker",
            "rooms.authorizer.http.breaker");

    private static final String FIXED = "its value is fixed; remove it";

    private static final List<String> CONSTANTS = List.of(
            "audit.file.checkpointLines",
            "audit.file.checkpointMs",
            "audit.file.reserved",
            "audit.file.reservedFiles",
            "auth.jwks.unknownKidMs",
            "broadcast.historyBytes",
            "broadcast.presence.leaseMs",
            "broadcast.presence.marksPerRoom",
            "broadcast.presence.typists",
            "broadcast.presence.typistsPerRoom",
            "broadcast.presence.waitingMarks",
            "bus.inFlightPerNode",
            "bus.link.ackTimeoutMs",
            "bus.link.probeMs",
            "bus.overdueMs",
            "cluster.bus.messageBytes",
            "cutoffs.recent",
            "limits.closeLingerBytes",
            "limits.queuedBytes",
            "limits.sendBufferBytes",
            "ratelimit.unreportedBytes",
            "rooms.limits.page",
            "store.redis.reconnect",
            "streams.concurrentCatchUps",
            "streams.gapMs",
            "streams.pageBytes",
            "streams.reorderBytes",
            "streams.reorderEntries",
            "streams.resumeBytes");

    private RemovedKeys() {}

    static void read(Section root) {
        BREAKERS.forEach(path -> read(root, path, BREAKER));
        CONSTANTS.forEach(path -> read(root, path, FIXED));
    }

    /** For tests. */
    static List<String> paths() {
        return Stream.of(BREAKERS, CONSTANTS).flatMap(List::stream).toList();
    }

    private static void read(Section root, String path, String instead) {
        String[] names = path.split("\\.", -1);
        Section section = root;
        for (String name : Arrays.asList(names).subList(0, names.length - 1)) {
            section = section.section(name);
        }
        section.removed(names[names.length - 1], instead);
    }
}
