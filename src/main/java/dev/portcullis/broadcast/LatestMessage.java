package dev.portcullis.broadcast;

import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The form in which the history shows an entry: a message in its latest state, at the position of the message. */
public final class LatestMessage {
    private static final List<String> EDITABLE = List.of("content", "text", "mentions", "hashtags", "links");

    private LatestMessage() {}

    /** The frame of an entry; empty for an edit or a deletion, which shows in the message that it amends. */
    public static Optional<byte[]> frame(LatestEntry latest) {
        return switch (latest.state()) {
            case PLAIN, MESSAGE -> Optional.of(EntryFrame.frame(latest.entry()));
            case EDITED ->
                Optional.of(latest.amendment()
                        .map(edit -> edited(latest.entry(), edit))
                        .orElseGet(() -> EntryFrame.frame(latest.entry())));
            case DELETED ->
                latest.amendment()
                        .map(deletion -> deleted(latest.entry(), deletion))
                        .or(() -> erased(latest.entry()));
            case AMENDMENT, TRIMMED -> Optional.empty();
        };
    }

    private static byte[] edited(StreamEntry message, StreamEntry edit) {
        JsonObject shown = json(message);
        JsonObject change = json(edit);
        EDITABLE.forEach(field -> {
            if (change.containsKey(field)) {
                shown.put(field, change.getValue(field));
            } else {
                shown.remove(field);
            }
        });
        return shown.put(
                        "edited",
                        new JsonObject()
                                .put("seq", edit.position().seq())
                                .put("timestamp", change.getValue("timestamp")))
                .toBuffer()
                .getBytes();
    }

    /** The frame of a deleted message: it tells only that there was one. */
    private static byte[] deleted(StreamEntry message, StreamEntry deletion) {
        return EntryFrame.frame(
                new StreamEntry(message.stream(), message.position(), deletion.timestamp(), deletion.body()));
    }

    /** A message whose text went with its author has a deletion for its body, and no entry that deletes it. */
    private static Optional<byte[]> erased(StreamEntry message) {
        return DeliveredMessage.isDeletion(message.body()) ? Optional.of(EntryFrame.frame(message)) : Optional.empty();
    }

    private static JsonObject json(StreamEntry entry) {
        return new JsonObject(Buffer.buffer(EntryFrame.frame(entry)));
    }
}
