package dev.portcullis.rooms;

import dev.portcullis.config.Section;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The section {@code direct}: who may write to whom. */
public record DirectConfig(Allow allow, Optional<AuthorizerConfig> hook) {

    public enum Allow {
        SHARED_ROOM,
        ANYONE,
        HOOK
    }

    public static DirectConfig read(Section direct, CircuitBreaker.Config breaker) {
        DirectConfig config = new DirectConfig(
                direct.basic()
                        .choice(
                                "allow",
                                Allow.SHARED_ROOM,
                                "who may write to a user directly: shared_room, members of a room that both belong to and that is not"
                                        + " public; anyone; or hook, whom the application permits"),
                AuthorizerConfig.read(
                        direct.section("hook"),
                        breaker,
                        "whether a user may write to another directly, where direct.allow is hook"));
        if (config.allow == Allow.HOOK && config.hook.isEmpty()) {
            direct.problem("allow", "is hook, and no application is named", "direct.hook.url is needed");
        }
        return config;
    }

    /** The settings that all nodes of a cluster should have in common. */
    public List<String> parts() {
        return Stream.concat(Stream.of(allow.name()), hook.stream().flatMap(asked -> asked.parts().stream()))
                .toList();
    }
}
