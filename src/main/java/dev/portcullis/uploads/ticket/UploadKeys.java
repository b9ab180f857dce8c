package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names of the rows of uploads, and their order. All are in one lane, since what one may hold depends on what all hold. */
final class UploadKeys {
    static final int LANE = Lanes.of("uploads");

    /** The sums of all users. */
    static final RowKey ALL = RowKey.of("uploads_sums", "*");

    /** The folder that has the files. */
    static final RowKey FOLDER = RowKey.of("uploads_folder", "id");

    static final Partition UPLOADS = new Partition("uploads", "all");

    /** Owners, those with most bytes first. */
    static final Partition HOLDERS = new Partition("uploads_holders", "all");

    private static final Partition DUE = new Partition("uploads_due", "all");
    private static final Partition SEEN = new Partition("uploads_seen", "all");

    /** More than any sum of bytes. */
    private static final long MOST = 1L << 53;

    private UploadKeys() {}

    static RowKey rowOf(FileId id) {
        return UPLOADS.row(id.value());
    }

    static RowKey sumsOf(UserId owner) {
        return RowKey.of("uploads_sums", "o " + owner.value());
    }

    static RowKey sumsOf(String network) {
        return RowKey.of("uploads_sums", "a " + network);
    }

    /** All sums that an upload counts in. */
    static List<RowKey> sumsOf(Upload upload) {
        List<RowKey> sums = new ArrayList<>(List.of(ALL, sumsOf(upload.owner())));
        if (upload.origin().ofNewUser()) {
            upload.origin().address().forEach(network -> sums.add(sumsOf(network)));
        }
        return sums;
    }

    /** All sums that the answer to a ticket for it depends on. */
    static List<RowKey> sumsOfJudged(Upload upload) {
        List<RowKey> sums = new ArrayList<>(List.of(ALL, sumsOf(upload.owner())));
        upload.origin().address().forEach(network -> sums.add(sumsOf(network)));
        return sums;
    }

    /** An owner's uploads, the oldest first. */
    static Partition ownedBy(UserId owner) {
        return new Partition("uploads_owned", owner.value());
    }

    static RowKey owned(Upload upload) {
        return ownedBy(upload.owner()).row(timed(upload.createdAt(), upload.id().value()));
    }

    /** The uploads to a room. */
    static Partition sentTo(RoomId room) {
        return new Partition("uploads_room", room.value());
    }

    /** The place among the uploads to its room; empty for one of a conversation. */
    static Optional<RowKey> placed(Upload upload) {
        return upload.target()
                .fold(room -> Optional.of(sentTo(room).row(upload.id().value())), user -> Optional.empty());
    }

    static RowKey due(Upload upload) {
        return DUE.row(timed(upload.dueAt(), upload.id().value()));
    }

    static RowRange dueBy(long now, int limit) {
        return DUE.before(timed(now + 1, ""), limit);
    }

    static RowKey holder(UserId owner, long bytes) {
        return HOLDERS.row(RowKey.ordered(MOST - bytes) + " " + owner.value());
    }

    /** Since when a user is known, and when they asked last. */
    static RowKey knownOf(UserId owner) {
        return RowKey.of("uploads_known", owner.value());
    }

    static RowKey seen(UserId owner, long at) {
        return SEEN.row(timed(at, owner.value()));
    }

    static RowRange seenBefore(long since, int limit) {
        return SEEN.before(timed(since, ""), limit);
    }

    /** The name behind the time, or behind the bytes of a holder. */
    static String nameIn(String key) {
        return key.substring(key.indexOf(' ') + 1);
    }

    static long timeIn(String key) {
        return Long.parseLong(key.substring(0, key.indexOf(' ')));
    }

    private static String timed(long millis, String name) {
        return RowKey.ordered(millis) + " " + name;
    }
}
