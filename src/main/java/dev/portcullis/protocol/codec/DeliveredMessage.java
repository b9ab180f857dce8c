package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message as its readers receive it, without its position, which is known only after the append.
 *
 * @param userId the author, from the verified session
 * @param content safe as HTML
 * @param text the original, where it differs
 * @param expiresInMs how long after its timestamp the message ends; empty if it stays
 */
public record DeliveredMessage(
        Target target,
        String messageId,
        UserId userId,
        Optional<String> username,
        String content,
        Optional<String> text,
        List<String> mentions,
        List<String> hashtags,
        List<Link> links,
        Optional<String> replyTo,
        List<Attachment> attachments,
        long timestamp,
        Optional<Long> expiresInMs) {
    private static final int TYPICAL_OVERHEAD = 320;
    private static final int HEAD_BYTES = 512;
    private static final String DELETED = "message_deleted";
    private static final String EXPIRED = "expired";

    /** The head of a body. No id contains a quote, and all of this comes before anything that a user can write. */
    private static final Pattern HEAD = Pattern.compile("\"type\":\"[a-z_]+\",\"(?:roomId|recipientId)\":\"[^\"]+\","
            + "\"messageId\":\"[^\"]+\",\"userId\":\"[^\"]+\"(?:,\"expiresInMs\":(\\d+))?");

    private static final Pattern EDIT =
            Pattern.compile("\"type\":\"message_edited\",\"(?:roomId|recipientId)\":\"[^\"]+\","
                    + "\"messageId\":\"([^\"]+)\",\"userId\":\"([^\"]+)\"");

    /** The id in a body, also in that of an amendment or of an event. */
    private static final Pattern ID = Pattern.compile(
            "\"type\":\"[a-z_]+\",(?:\"(?:roomId|recipientId)\":\"[^\"]+\",)?\"messageId\":\"([^\"]+)\"");

    /** The bytes of a body within which its ids end. */
    private static final int LONGEST_HEAD = 1_024;

    private static final byte[] DELETION = ("\"type\":\"" + DELETED + "\",").getBytes(US_ASCII);

    /** A link in a message. A client shows an unsafe one, and asks before following it. */
    public record Link(String url, boolean safe) {}

    /**
     * The JSON from {@code "type"} on. The caller that knows epoch and seq puts them in front, with the opening brace.
     */
    public byte[] body() {
        FrameType type = target.fold(room -> FrameType.CHAT, user -> FrameType.CHAT_MESSAGE);
        JsonWriter json = new JsonWriter(TYPICAL_OVERHEAD + content.length()).text("type", type.id());
        json.target(target).text("messageId", messageId).text("userId", userId.value());
        expiresInMs.ifPresent(ms -> json.number("expiresInMs", ms));
        json.text("username", username)
                .text("content", content)
                .text("text", text)
                .texts("mentions", mentions)
                .texts("hashtags", hashtags);
        putLinks(json);
        json.text("replyTo", replyTo);
        putAttachments(json);
        return json.number("timestamp", timestamp).close().toBytes();
    }

    /** The text for readers once the message was edited: all that an edit may change. Shaped like {@link #body}. */
    public byte[] editedBody() {
        JsonWriter json = new JsonWriter(TYPICAL_OVERHEAD + content.length()).text("type", "message_edited");
        json.target(target)
                .text("messageId", messageId)
                .text("userId", userId.value())
                .text("content", content)
                .text("text", text)
                .texts("mentions", mentions)
                .texts("hashtags", hashtags);
        putLinks(json);
        return json.number("timestamp", timestamp).close().toBytes();
    }

    /**
     * The text for readers once a message was deleted. Shaped like {@link #body}.
     *
     * @param by the user who deleted it
     */
    public static byte[] deletedBody(Target target, String messageId, UserId by, long timestamp) {
        return deletion(target, messageId, by)
                .number("timestamp", timestamp)
                .close()
                .toBytes();
    }

    /**
     * The text for readers once a message has expired: a deletion by its author, who said when it ends.
     *
     * @param author names the conversation of a direct message, together with the recipient
     */
    public static byte[] expiredBody(Target target, String messageId, UserId author, long timestamp) {
        return deletion(target, messageId, author)
                .text("reason", EXPIRED)
                .number("timestamp", timestamp)
                .close()
                .toBytes();
    }

    private static JsonWriter deletion(Target target, String messageId, UserId by) {
        return new JsonWriter(TYPICAL_OVERHEAD)
                .text("type", DELETED)
                .target(target)
                .text("messageId", messageId)
                .text("userId", by.value());
    }

    /** The id of the message that a body is of, or that it amends; empty for what is no message. */
    public static Optional<String> messageId(byte[] body) {
        Matcher head = ID.matcher(new String(body, 0, Math.min(LONGEST_HEAD, body.length), UTF_8));
        return head.lookingAt() ? Optional.of(head.group(1)) : Optional.empty();
    }

    /** How long after its time the message of a body ends; empty if it stays. The beginning of the body suffices. */
    public static Optional<Long> expiresInMs(byte[] body) {
        Matcher head = HEAD.matcher(new String(body, ISO_8859_1));
        return head.lookingAt() ? Optional.ofNullable(head.group(1)).map(Long::valueOf) : Optional.empty();
    }

    /** What is left of the body of a message, or of its edit, once the message has expired: whose it was, and where. */
    public static String withoutText(String body) {
        Matcher head = HEAD.matcher(body);
        return (head.lookingAt() ? head.group() + "," : "") + "\"reason\":\"" + EXPIRED + "\"}";
    }

    /** The message that an edit changes. */
    public record Edit(String messageId, UserId author) {}

    /** What the body of an entry edits; empty if it is no edit. */
    public static Optional<Edit> editIn(byte[] body) {
        Matcher head = EDIT.matcher(new String(body, 0, Math.min(body.length, HEAD_BYTES), ISO_8859_1));
        return head.lookingAt() ? Optional.of(new Edit(head.group(1), new UserId(head.group(2)))) : Optional.empty();
    }

    /** Whether the body of an entry tells of a deletion. */
    public static boolean isDeletion(byte[] body) {
        return body.length > DELETION.length && Arrays.equals(body, 0, DELETION.length, DELETION, 0, DELETION.length);
    }

    /**
     * A notification to every open session. It is stored like {@link #body}, and sent without a position.
     *
     * @param content safe as HTML
     */
    public static byte[] notificationBody(String level, String content, long timestamp) {
        return new JsonWriter(TYPICAL_OVERHEAD + content.length())
                .text("type", "notification")
                .text("level", level)
                .text("content", content)
                .number("timestamp", timestamp)
                .close()
                .toBytes();
    }

    private void putLinks(JsonWriter json) {
        json.openArray("links");
        for (Link link : links) {
            json.open().text("url", link.url()).flag("safe", link.safe()).close();
        }
        json.closeArray();
    }

    private void putAttachments(JsonWriter json) {
        if (attachments.isEmpty()) {
            return;
        }
        json.openArray("attachments");
        for (Attachment each : attachments) {
            json.open()
                    .text("type", each.kind())
                    .text("url", each.url())
                    .text("name", each.name())
                    .close();
        }
        json.closeArray();
    }
}
