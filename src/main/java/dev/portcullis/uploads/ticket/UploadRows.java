package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.uploads.ticket.SharePolicy.Held;
import dev.portcullis.uploads.ticket.UploadSteps.Change;
import java.util.Optional;

/** The rows that a step has read, and its writes: uploads, their sums, and their places by time, by owner, by room and by bytes. */
record UploadRows(Rows found) {
    static final RowForm<Upload> FORM = RowForm.of(Upload.class);
    private static final RowForm<Sums> SUMS = RowForm.of(Sums.class);
    private static final RowForm<KnownUser> KNOWN = RowForm.of(KnownUser.class);

    private static final String NOTHING = "";

    static ReadSet sumsOf(Upload upload) {
        return ReadSet.of(UploadKeys.sumsOfJudged(upload).toArray(RowKey[]::new));
    }

    boolean hasSumsOf(Upload upload) {
        return UploadKeys.sumsOfJudged(upload).stream().allMatch(found::has);
    }

    Optional<Upload> upload(FileId id) {
        return found.get(UploadKeys.rowOf(id)).map(FORM::decode);
    }

    Sums sums(RowKey name) {
        return found.get(name).map(SUMS::decode).orElse(Sums.NONE);
    }

    Held held(Upload upload) {
        return new Held(
                sums(UploadKeys.sumsOf(upload.owner())),
                upload.origin().address().stream()
                        .map(network -> sums(UploadKeys.sumsOf(network)))
                        .toList(),
                sums(UploadKeys.ALL));
    }

    WriteSet writes(Optional<Upload> before, Change<?> change) {
        if (!change.writes()) {
            return WriteSet.NONE;
        }
        WriteSet writes = before.map(UploadRows::removal).orElse(WriteSet.NONE);
        Sums added = change.after()
                .map(Sums::of)
                .orElse(Sums.NONE)
                .minus(before.map(Sums::of).orElse(Sums.NONE));
        return change.after()
                .map(UploadRows::put)
                .map(writes::and)
                .orElse(writes)
                .and(counted(change.after().or(() -> before).orElseThrow(), added));
    }

    private static WriteSet removal(Upload upload) {
        WriteSet writes = WriteSet.NONE
                .remove(UploadKeys.rowOf(upload.id()))
                .remove(UploadKeys.due(upload))
                .remove(UploadKeys.owned(upload));
        return UploadKeys.placed(upload).map(writes::remove).orElse(writes);
    }

    private static WriteSet put(Upload upload) {
        WriteSet writes = WriteSet.of(UploadKeys.rowOf(upload.id()), FORM.encode(upload))
                .put(UploadKeys.due(upload), NOTHING)
                .put(UploadKeys.owned(upload), NOTHING);
        return UploadKeys.placed(upload).map(row -> writes.put(row, NOTHING)).orElse(writes);
    }

    private WriteSet counted(Upload upload, Sums added) {
        WriteSet writes = WriteSet.NONE;
        for (RowKey name : UploadKeys.sumsOf(upload)) {
            Sums next = sums(name).plus(added);
            writes = next.uploads() == 0 ? writes.remove(name) : writes.put(name, SUMS.encode(next));
        }
        UserId owner = upload.owner();
        Sums before = sums(UploadKeys.sumsOf(owner));
        Sums after = before.plus(added);
        writes = writes.remove(UploadKeys.holder(owner, before.bytes()));
        return after.uploads() == 0 ? writes : writes.put(UploadKeys.holder(owner, after.bytes()), NOTHING);
    }

    Optional<KnownUser> known(UserId owner) {
        return found.get(UploadKeys.knownOf(owner)).map(KNOWN::decode);
    }

    WriteSet known(UserId owner, KnownUser next) {
        return seenNoMore(owner)
                .put(UploadKeys.knownOf(owner), KNOWN.encode(next))
                .put(UploadKeys.seen(owner, next.seenAt), NOTHING);
    }

    WriteSet forgotten(UserId owner) {
        return seenNoMore(owner).remove(UploadKeys.knownOf(owner));
    }

    private WriteSet seenNoMore(UserId owner) {
        return known(owner)
                .map(before -> WriteSet.NONE.remove(UploadKeys.seen(owner, before.seenAt)))
                .orElse(WriteSet.NONE);
    }

    /** Since when a user is known, and when they asked last. */
    record KnownUser(long since, long seenAt) {}
}
