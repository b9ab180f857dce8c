package dev.portcullis.client.chat;

import dev.portcullis.client.Cut;
import dev.portcullis.client.Event;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Each event as the lines a person reads; empty for what is none of theirs. */
final class Transcript implements Event.Cases<Optional<String>> {
    private static final int FORBIDDEN = 403;
    private static final int UPGRADE_REQUIRED = 426;

    private final DateTimeFormatter clock;

    Transcript(ZoneId zone) {
        this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    @Override
    public Optional<String> opened(Event.Opened event) {
        return note("connected to " + event.at() + " as " + Printable.word(event.userId()));
    }

    @Override
    public Optional<String> joined(Event.Joined event) {
        String room = Printable.word(event.roomId());
        return note(
                event.resumed()
                        ? "back in " + room + ", nothing was missed"
                        : "in " + room + ", which is at #" + event.head().seq());
    }

    @Override
    public Optional<String> entry(Event.Entry event) {
        return Optional.of(entryLine(event.roomId(), event.at().seq(), event.type(), event.frame()));
    }

    @Override
    public Optional<String> placeLost(Event.PlaceLost event) {
        return warning("messages before #" + (event.head().seq() + 1) + " of " + Printable.word(event.roomId())
                + " may be missing here; /history shows the newest");
    }

    @Override
    public Optional<String> limited(Event.Limited event) {
        return warning("too fast (" + Printable.word(event.scope()) + ", " + Printable.word(event.window()) + "): wait "
                + seconds(event.retryAfterMs()));
    }

    @Override
    public Optional<String> refused(Event.Refused event) {
        String request = event.requestId()
                .map(id -> " (request " + Printable.word(id) + ")")
                .orElse("");
        return warning(
                Printable.word(event.reason()) + ": " + Printable.word(event.message()) + details(event) + request);
    }

    private static String details(Event.Refused event) {
        return event.details().isEmpty()
                ? ""
                : event.details().stream()
                        .map(each -> Printable.word(each.path().isEmpty() ? "the frame" : each.path()) + " breaks "
                                + Printable.word(each.rule()))
                        .collect(Collectors.joining(", ", " [", "]"));
    }

    Optional<String> unreached(Cut cut) {
        return warning("could not connect (" + Printable.word(cut.describe()) + ")" + hint(cut));
    }

    private static String hint(Cut cut) {
        boolean refused = cut.cause() == Cut.Cause.REFUSED;
        if (refused && cut.code() == FORBIDDEN) {
            return "; the server may want an --origin that it knows";
        }
        return refused && cut.code() == UPGRADE_REQUIRED ? "; the server may want wss://" : "";
    }

    @Override
    public Optional<String> draining(Event.Draining event) {
        return note("the server is about to stop; this client returns after " + seconds(event.reconnectInMs()));
    }

    @Override
    public Optional<String> interrupted(Event.Interrupted event) {
        return note("connection lost (" + Printable.word(event.cut().describe()) + "); trying again in "
                + seconds(event.retryInMs()));
    }

    @Override
    public Optional<String> ended(Event.Ended event) {
        return note("connection ended (" + Printable.word(event.cut().describe()) + ")" + hint(event.cut()));
    }

    @Override
    public Optional<String> other(Event.Other event) {
        return event.type().equals("notification")
                ? note("notice: " + Printable.text(string(event.frame(), "content")))
                : Optional.empty();
    }

    String entryLine(String room, long seq, String type, JsonObject frame) {
        return "#" + seq + " " + time(frame) + " [" + Printable.word(room) + "] " + said(type, frame);
    }

    static Optional<String> note(String text) {
        return Optional.of("-- " + text);
    }

    static Optional<String> warning(String text) {
        return Optional.of("!! " + text);
    }

    static String seconds(long ms) {
        return String.format(Locale.ROOT, ms % 1_000 == 0 ? "%.0f s" : "%.1f s", ms / 1_000.0);
    }

    private String time(JsonObject frame) {
        return frame.getValue("timestamp") instanceof Number millis
                ? clock.format(Instant.ofEpochMilli(millis.longValue()))
                : "--:--:--";
    }

    private static String said(String type, JsonObject frame) {
        String user = Printable.word(string(frame, "userId"));
        return switch (type) {
            case "chat" -> user + ": " + Printable.text(words(frame));
            case "message_edited" -> user + " edited: " + Printable.text(words(frame));
            case "message_deleted" -> "a message was deleted";
            case "member_removed" -> user + " was removed";
            default -> Printable.word(type);
        };
    }

    /** {@code text} is the original where {@code content} was made safe for a page. */
    private static String words(JsonObject frame) {
        return frame.containsKey("text") ? string(frame, "text") : string(frame, "content");
    }

    private static String string(JsonObject frame, String key) {
        return frame.getValue(key) instanceof String text ? text : "";
    }
}
