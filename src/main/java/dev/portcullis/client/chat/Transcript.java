package dev.portcullis.client.chat;

import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.Disconnect;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Renders each event as a line for the user; empty for an event that is not shown. */
final class Transcript implements ClientEvent.Cases<Optional<String>> {
    private static final int FORBIDDEN = 403;
    private static final int UPGRADE_REQUIRED = 426;

    private final DateTimeFormatter clock;

    Transcript(ZoneId zone) {
        this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    @Override
    public Optional<String> opened(ClientEvent.Opened event) {
        return note("connected to " + event.at() + " as " + TerminalSafeText.singleLine(event.userId()));
    }

    @Override
    public Optional<String> joined(ClientEvent.Joined event) {
        String room = TerminalSafeText.singleLine(event.roomId());
        return note(
                event.resumed()
                        ? "back in " + room + ", nothing was missed"
                        : "in " + room + ", which is at #" + event.head().seq());
    }

    @Override
    public Optional<String> entry(ClientEvent.Entry event) {
        return Optional.of(entryLine(event.roomId(), event.at().seq(), event.type(), event.frame()));
    }

    @Override
    public Optional<String> positionLost(ClientEvent.PositionLost event) {
        return warning("messages before #" + (event.head().seq() + 1) + " of "
                + TerminalSafeText.singleLine(event.roomId()) + " may be missing here; /history shows the newest");
    }

    @Override
    public Optional<String> limited(ClientEvent.Limited event) {
        return warning("too fast (" + TerminalSafeText.singleLine(event.scope()) + ", "
                + TerminalSafeText.singleLine(event.window()) + "): wait " + seconds(event.retryAfterMs()));
    }

    @Override
    public Optional<String> refused(ClientEvent.Refused event) {
        String request = event.requestId()
                .map(id -> " (request " + TerminalSafeText.singleLine(id) + ")")
                .orElse("");
        return warning(TerminalSafeText.singleLine(event.reason()) + ": " + TerminalSafeText.singleLine(event.message())
                + details(event) + request);
    }

    private static String details(ClientEvent.Refused event) {
        return event.details().isEmpty()
                ? ""
                : event.details().stream()
                        .map(each -> TerminalSafeText.singleLine(each.path().isEmpty() ? "the frame" : each.path())
                                + " breaks " + TerminalSafeText.singleLine(each.rule()))
                        .collect(Collectors.joining(", ", " [", "]"));
    }

    Optional<String> unreachable(Disconnect disconnect) {
        return warning(
                "could not connect (" + TerminalSafeText.singleLine(disconnect.describe()) + ")" + hint(disconnect));
    }

    private static String hint(Disconnect disconnect) {
        boolean refused = disconnect.cause() == Disconnect.Cause.REFUSED;
        if (refused && disconnect.code() == FORBIDDEN) {
            return "; the server may want an --origin that it knows";
        }
        return refused && disconnect.code() == UPGRADE_REQUIRED ? "; the server may want wss://" : "";
    }

    @Override
    public Optional<String> draining(ClientEvent.Draining event) {
        return note("the server is about to stop; this client reconnects after " + seconds(event.reconnectInMs()));
    }

    @Override
    public Optional<String> direct(ClientEvent.Direct event) {
        String partners = string(event.frame(), "userId") + " > " + string(event.frame(), "recipientId");
        return Optional.of(entryLine(partners, event.at().seq(), event.type(), event.frame()));
    }

    @Override
    public Optional<String> directLost(ClientEvent.DirectLost event) {
        return warning("some direct messages are missing");
    }

    @Override
    public Optional<String> directGap(ClientEvent.DirectGap event) {
        return warning("%d direct messages went before they reached you: your inbox was full".formatted(event.count()));
    }

    @Override
    public Optional<String> left(ClientEvent.Left event) {
        return warning("no longer in " + TerminalSafeText.singleLine(event.roomId()) + ": the token does not grant it");
    }

    @Override
    public Optional<String> membership(ClientEvent.Membership event) {
        String room = TerminalSafeText.singleLine(event.roomId());
        if (event.invited().isPresent()) {
            return note("you are invited to be "
                    + TerminalSafeText.singleLine(event.invited().get()) + " of " + room);
        }
        return note(event.role()
                .map(role -> "you are " + TerminalSafeText.singleLine(role) + " of " + room)
                .orElse("you are no member of " + room + " any more"));
    }

    /** Such as the moves of a cursor, between which a chat could not be read. */
    @Override
    public Optional<String> transientEvent(ClientEvent.Transient event) {
        return Optional.empty();
    }

    @Override
    public Optional<String> tokenExpiring(ClientEvent.TokenExpiring event) {
        return note("the token ends at " + clock.format(Instant.ofEpochMilli(event.expiresAt())));
    }

    @Override
    public Optional<String> tokenRefreshed(ClientEvent.TokenRefreshed event) {
        return note(
                "the server has a new token, which ends at " + clock.format(Instant.ofEpochMilli(event.expiresAt())));
    }

    @Override
    public Optional<String> interrupted(ClientEvent.Interrupted event) {
        return note("connection lost ("
                + TerminalSafeText.singleLine(event.disconnect().describe()) + "); trying again in "
                + seconds(event.retryInMs()));
    }

    @Override
    public Optional<String> ended(ClientEvent.Ended event) {
        return note("connection ended ("
                + TerminalSafeText.singleLine(event.disconnect().describe()) + ")" + hint(event.disconnect()));
    }

    @Override
    public Optional<String> other(ClientEvent.Other event) {
        return event.type().equals("notification")
                ? note("notice: " + TerminalSafeText.text(string(event.frame(), "content")))
                : Optional.empty();
    }

    String entryLine(String room, long seq, String type, JsonObject frame) {
        return "#" + seq + " " + time(frame) + " [" + TerminalSafeText.singleLine(room) + "] " + contentOf(type, frame);
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

    private static String contentOf(String type, JsonObject frame) {
        String user = TerminalSafeText.singleLine(nameIn(frame));
        return switch (type) {
            case "chat", "chat_message" -> user + ": " + TerminalSafeText.text(originalOf(frame));
            case "message_edited" -> user + " edited: " + TerminalSafeText.text(originalOf(frame));
            case "event" ->
                user + " " + TerminalSafeText.singleLine(string(frame, "event")) + " "
                        + TerminalSafeText.text(Json.encode(frame.getValue("data")));
            case "message_deleted" -> "a message was deleted";
            case "member_removed" -> user + " was removed";
            case "room_deleted" -> "the room was deleted";
            default -> TerminalSafeText.singleLine(type);
        };
    }

    private static String nameIn(JsonObject frame) {
        String name = string(frame, "username");
        return name.isEmpty() ? string(frame, "userId") : name;
    }

    /** {@code text} is the original where {@code content} was made safe for a page. */
    private static String originalOf(JsonObject frame) {
        return frame.containsKey("text") ? string(frame, "text") : string(frame, "content");
    }

    private static String string(JsonObject frame, String key) {
        return frame.getValue(key) instanceof String text ? text : "";
    }
}
