package dev.portcullis.bus;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Optional;
import java.util.stream.Stream;

/** The jobs of the server. A node runs each as a verticle, in as many instances as it is configured to. */
public enum Stage implements LowerCaseId {
    EDGE,
    AUTH,
    RATELIMIT,
    ROOMS,
    BROADCAST;

    public static Optional<Stage> of(String id) {
        return Stream.of(values()).filter(stage -> stage.id().equals(id)).findFirst();
    }
}
