package dev.portcullis.client.chat;

import static dev.portcullis.client.command.TerminalSafeText.singleLine;
import static dev.portcullis.client.command.TerminalSafeText.text;

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
final class Transcript {
    private static final int FORBIDDEN = 403;
    private static final int UPGRADE_REQUIRED = 426;

    private final DateTimeFormatter clock;

    Transcript(ZoneId zone) {
        this.clock = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    Optional<String> line(ClientEvent event) {
        if (event instanceof ClientEvent.Opened opened) {
            return note("connected to " + opened.at() + " as " + singleLine(opened.userId()));
        }
        if (event instanceof ClientEvent.Joined joined) {
            String room = singleLine(joined.roomId());
            return note(
                    joined.resumed()
                            ? "back in " + room + ", nothing was missed"
                            : "in " + room + ", which is at #" + joined.head().seq());
        }
        if (event instanceof ClientEvent.Entry entry) {
            return Optional.of(entryLine(entry.roomId(), entry.at().seq(), entry.type(), entry.frame()));
        }
        if (event instanceof ClientEvent.PositionLost lost) {
            return warning("messages before #" + (lost.head().seq() + 1) + " of " + singleLine(lost.roomId())
                    + " may be missing here; /history shows the newest");
        }
        if (event instanceof ClientEvent.Direct direct) {
            String partners = string(direct.frame(), "userId") + " > " + string(direct.frame(), "recipientId");
            return Optional.of(entryLine(partners, direct.at().seq(), direct.type(), direct.frame()));
        }
        if (event instanceof ClientEvent.DirectLost) {
            return warning("some direct messages are missing");
        }
        if (event instanceof ClientEvent.DirectGap gap) {
            return warning(
                    "%d direct messages went before they reached you: your inbox was full".formatted(gap.count()));
        }
        if (event instanceof ClientEvent.Limited limit) {
            return warning("too fast (" + singleLine(limit.scope()) + ", " + singleLine(limit.window()) + "): wait "
                    + seconds(limit.retryAfterMs()));
        }
        if (event instanceof ClientEvent.Refused refused) {
            return warning(refusal(refused));
        }
        return ofConnection(event).or(() -> ofMembership(event));
    }

    private Optional<String> ofConnection(ClientEvent event) {
        if (event instanceof ClientEvent.Draining draining) {
            return note(
                    "the server is about to stop; this client reconnects after " + seconds(draining.reconnectInMs()));
        }
        if (event instanceof ClientEvent.TokenExpiring expiring) {
            return note("the token ends at " + clock.format(Instant.ofEpochMilli(expiring.expiresAt())));
        }
        if (event instanceof ClientEvent.TokenRefreshed refreshed) {
            return note("the server has a new token, which ends at "
                    + clock.format(Instant.ofEpochMilli(refreshed.expiresAt())));
        }
        if (event instanceof ClientEvent.Interrupted interrupted) {
            return note("connection lost ("
                    + singleLine(interrupted.disconnect().describe()) + "); trying again in "
                    + seconds(interrupted.retryInMs()));
        }
        return event instanceof ClientEvent.Ended ended
                ? note("connection ended (" + singleLine(ended.disconnect().describe()) + ")"
                        + hint(ended.disconnect()))
                : Optional.empty();
    }

    private static Optional<String> ofMembership(ClientEvent event) {
        if (event instanceof ClientEvent.Left left) {
            return warning("no longer in " + singleLine(left.roomId()) + ": the token does not grant it");
        }
        if (event instanceof ClientEvent.Membership member) {
            String room = singleLine(member.roomId());
            return note(member.invited()
                    .map(role -> "you are invited to be " + singleLine(role) + " of " + room)
                    .or(() -> member.role().map(role -> "you are " + singleLine(role) + " of " + room))
                    .orElse("you are no member of " + room + " any more"));
        }
        return event instanceof ClientEvent.Other other && other.type().equals("notification")
                ? note("notice: " + text(string(other.frame(), "content")))
                : Optional.empty(); // such as the moves of a cursor, between which a chat could not be read
    }

    private static String refusal(ClientEvent.Refused refused) {
        String details = refused.details().stream()
                .map(each -> singleLine(each.path().isEmpty() ? "the frame" : each.path()) + " breaks "
                        + singleLine(each.rule()))
                .collect(Collectors.joining(", "));
        String request = refused.requestId()
                .map(id -> " (request " + singleLine(id) + ")")
                .orElse("");
        return singleLine(refused.reason()) + ": " + singleLine(refused.message())
                + (details.isEmpty() ? "" : " [" + details + "]") + request;
    }

    Optional<String> unreachable(Disconnect disconnect) {
        return warning("could not connect (" + singleLine(disconnect.describe()) + ")" + hint(disconnect));
    }

    private static String hint(Disconnect disconnect) {
        boolean refused = disconnect.cause() == Disconnect.Cause.REFUSED;
        if (refused && disconnect.code() == FORBIDDEN) {
            return "; the server may want an --origin that it knows";
        }
        return refused && disconnect.code() == UPGRADE_REQUIRED ? "; the server may want wss://" : "";
    }

    String entryLine(String room, long seq, String type, JsonObject frame) {
        return "#" + seq + " " + time(frame) + " [" + singleLine(room) + "] " + contentOf(type, frame);
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
        String user = singleLine(nameIn(frame));
        return switch (type) {
            case "chat", "chat_message" -> user + ": " + text(originalOf(frame));
            case "message_edited" -> user + " edited: " + text(originalOf(frame));
            case "event" ->
                user + " " + singleLine(string(frame, "event")) + " " + text(Json.encode(frame.getValue("data")));
            case "message_deleted" ->
                string(frame, "reason").equals("expired") ? "a message has ended" : "a message was deleted";
            case "member_removed" -> user + " was removed";
            case "room_deleted" -> "the room was deleted";
            default -> singleLine(type);
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
