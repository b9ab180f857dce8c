package dev.portcullis.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All that clients do, by name. */
public final class ClientActions {
    private static final Map<String, ClientAction> BY_ID = byId();

    private ClientActions() {}

    public static Optional<ClientAction> of(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** Their names, as alternatives of a pattern. */
    public static String alternatives() {
        return String.join("|", BY_ID.keySet());
    }

    private static Map<String, ClientAction> byId() {
        Map<String, ClientAction> all = new LinkedHashMap<>();
        Stream.<ClientAction[]>of(FrameType.values(), FrameAlias.values(), CallAction.values())
                .flatMap(Stream::of)
                .forEach(each -> all.put(each.id(), each));
        return Collections.unmodifiableMap(all);
    }
}
