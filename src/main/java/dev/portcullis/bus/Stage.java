package dev.portcullis.bus;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The jobs of the server. A node runs each as a verticle, in as many instances as it is configured to. */
public enum Stage {
    EDGE,
    AUTH,
    RATELIMIT,
    ROOMS,
    BROADCAST;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** Its name in the configuration, in addresses and in labels. */
    public String id() {
        return id;
    }

    public static Optional<Stage> of(String id) {
        return Stream.of(values()).filter(stage -> stage.id.equals(id)).findFirst();
    }
}
