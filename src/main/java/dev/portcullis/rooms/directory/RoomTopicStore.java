package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Optional;

/** Keeps the topics of rooms. A failed future means that the store failed. */
public final class RoomTopicStore {
    private static final RowForm<Topic> FORM = RowForm.of(Topic.class);

    private final RowStore rows;

    /** @param version grows with each change */
    public record Topic(String text, long version) {}

    public RoomTopicStore(RowStore rows) {
        this.rows = rows;
    }

    public Future<Topic> change(RoomId room, String text) {
        RowKey row = RowKey.of("room_topic", room.value());
        return rows.change(Lanes.of(room.value()), ReadSet.of(row), found -> {
            Optional<Topic> former = found.get(row).map(FORM::decode);
            Topic topic = new Topic(text, former.map(Topic::version).orElse(0L) + 1);
            return RowStep.done(topic, WriteSet.of(row, FORM.encode(topic)));
        });
    }
}
