package dev.portcullis.events;

import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.json.SchemaCheck;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.codec.JsonSchemas;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The section {@code events}: what the application sends beside chat.
 *
 * @param content how its texts are made safe
 */
public record EventsConfig(EventTypes types, ContentConfig content) {
    /** Each has a schema on each event loop, a limit and a label of metrics. */
    private static final int MAX_EVENTS = 200;

    private static final int MAX_MINUTE = 60_000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,63}");

    /** Names that clients of Socket.IO emit and hear by themselves; they would take an event for one of these. */
    private static final Set<String> OF_SOCKETIO = Set.of(
            "close",
            "connect",
            "connect_error",
            "disconnect",
            "disconnecting",
            "newListener",
            "removeListener",
            "error",
            "ping",
            "pong",
            "receive-message",
            "event");

    /** Names under which the JavaScript client tells its page other things. */
    private static final Set<String> OF_OUR_CLIENT = Set.of("paced", "resume", "state");

    /** @param root of the configuration */
    public static EventsConfig read(Section root, ContentConfig content) {
        return new EventsConfig(types(root), content);
    }

    /** A judge of their data, for one event loop. */
    public EventJudge newJudge() {
        return newJudge(Live.fixed(content));
    }

    /** @param content how its texts are made safe now */
    public EventJudge newJudge(Live<ContentConfig> content) {
        return new SchemaEventJudge(types, new ContentPolicy(content));
    }

    static EventTypes types(Section root) {
        Map<String, Optional<EventType>> all = root.basic()
                .named(
                        "events",
                        NAME,
                        "what the application sends beside chat: names of 1-64 of a-z0-9._- that begin with a letter, and are"
                                + " no frame's",
                        EventsConfig::event);
        if (all.size() > MAX_EVENTS) {
            root.problem("events", "has " + all.size() + " events", "at most " + MAX_EVENTS + " are possible");
        }
        return EventTypes.of(all.values().stream().flatMap(Optional::stream).toList());
    }

    private static Optional<EventType> event(String id, Section event) {
        if (taken().contains(id)) {
            event.problem(
                    "schema",
                    "belongs to an event with the name of a frame, or of an event that clients have themselves",
                    "choose another name, such as " + id + ".own");
        }
        Optional<Map<String, Object>> schema = schema(event);
        boolean stored = event.basic()
                .flag("store", true, "whether it is kept like a message; else it goes once to those who are connected");
        Set<Destination> targets = event.basic()
                .choices("targets", EnumSet.allOf(Destination.class), Destination.class, "where it may go");
        if (targets.isEmpty()) {
            event.problem("targets", "names none", "room or direct is needed");
        }
        RoomRole role =
                event.basic().choice("role", RoomRole.MEMBER, "the lowest role in a room that may send it there");
        Source from =
                event.basic().choice("from", Source.CLIENTS, "who sends it; server: only the application's server");
        int minute = event.basic()
                .integer(
                        "minute",
                        0,
                        0,
                        MAX_MINUTE,
                        "how often a user may send it in a minute; 0: as often as the limit of the frame allows");
        return schema.map(known -> new EventType(
                id, known, stored, targets, role, from, minute == 0 ? OptionalInt.empty() : OptionalInt.of(minute)));
    }

    private static Optional<Map<String, Object>> schema(Section event) {
        Optional<Object> written = event.basic().document("schema", "of its data: JSON Schema 2020-12; see events.md");
        if (written.isEmpty()) {
            if (!event.has("schema")) {
                event.invalidValue("schema", "is missing", "a JSON Schema is needed; {} takes any data");
            }
            return Optional.empty();
        }
        var problems = SchemaCheck.problems(written.get());
        problems.forEach(each -> event.problem(
                "schema", (each.pointer().isEmpty() ? "" : "at " + each.pointer() + " ") + each.what(), each.fix()));
        if (!problems.isEmpty() || !(written.get() instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        map.forEach((key, value) -> schema.put(String.valueOf(key), value));
        return Optional.of(schema);
    }

    /** The names of frames, in both directions, and what clients tell their pages. */
    private static Set<String> taken() {
        Set<String> taken = new TreeSet<>(OF_SOCKETIO);
        taken.addAll(OF_OUR_CLIENT);
        for (FrameType type : FrameType.values()) {
            taken.add(type.id());
        }
        for (FrameAlias alias : FrameAlias.values()) {
            taken.add(alias.id());
        }
        JsonSchemas.names().forEach(name -> taken.add(name.substring(name.indexOf('/') + 1)));
        return taken;
    }
}
