package dev.portcullis.hooks.outbox;

import dev.portcullis.config.Section;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bounds of the outboxes. */
public record OutboxConfig(Set<HookType> events, int waiting, WhenFull whenFull, int deadLetters) {
    private static final List<String> IDS =
            Stream.of(HookType.values()).map(HookType::id).toList();

    /** The reaction of a lane whose outbox is full. */
    public enum WhenFull {
        /** The oldest event becomes a dead letter. */
        DISCARD,
        /** Messages and sessions that would add to it are refused with {@code unavailable}. */
        REFUSE
    }

    public OutboxConfig {
        events = Set.copyOf(events);
    }

    public boolean tells(HookType type) {
        return events.contains(type);
    }

    public static OutboxConfig read(Section hooks) {
        return new OutboxConfig(
                hooks
                        .basic()
                        .texts("events", IDS, Pattern.compile(String.join("|", IDS)), "which events are delivered")
                        .stream()
                        .flatMap(id -> HookType.of(id).stream())
                        .collect(Collectors.toUnmodifiableSet()),
                hooks.integer(
                        "waiting",
                        10_000,
                        100,
                        10_000_000,
                        "events that may wait in one of the 256 lanes of the store; a room is in one lane"),
                hooks.choice(
                        "whenFull",
                        WhenFull.DISCARD,
                        "discard makes the oldest event of a full lane a dead letter; refuse answers messages and new"
                                + " sessions there with unavailable until the application takes events again"),
                hooks.integer(
                        "deadLetters",
                        100,
                        1,
                        1_000_000,
                        "dead letters that are kept in one lane; the oldest beyond are lost, which a metric counts"));
    }
}
