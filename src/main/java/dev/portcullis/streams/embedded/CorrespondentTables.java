package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.store.embedded.Table;
import dev.portcullis.store.embedded.TableSource;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import dev.portcullis.streams.record.RowReader;
import dev.portcullis.streams.record.RowWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The users to whom the owner of each inbox has written: they are no strangers there, even when the message has left the inbox.
 * Each has a number, and the lowest are forgotten. A user who is written to again gets a new number only when half of the others
 * came later, so most messages write nothing here. The same rules are in inbox_place.lua.
 */
final class CorrespondentTables {
    private static final long MOST = 2_000;

    /** The number under which the newest given number is kept. */
    private static final long NEWEST = 0;

    private final Table byUser;
    private final Table byNumber;

    CorrespondentTables(TableSource store) {
        this.byUser = store.table("streams.correspondents");
        this.byNumber = store.table("streams.correspondent_numbers");
    }

    boolean has(Reader reader, StreamName inbox, UserId user) {
        return reader.get(byUser, RowKeys.ofUser(inbox, user)) != null;
    }

    void wrote(Batch batch, StreamName inbox, UserId to) {
        long newest = number(batch.get(byNumber, RowKeys.entry(inbox, NEWEST)));
        long former = number(batch.get(byUser, RowKeys.ofUser(inbox, to)));
        if (former > 0 && former > newest - MOST / 2) {
            return;
        }
        forget(batch, inbox, to);
        long next = newest + 1;
        batch.put(byUser, RowKeys.ofUser(inbox, to), row(next));
        batch.put(byNumber, RowKeys.entry(inbox, next), to.value().getBytes(StandardCharsets.UTF_8));
        batch.put(byNumber, RowKeys.entry(inbox, NEWEST), row(next));
        forget(batch, inbox, next - MOST);
    }

    void forget(Batch batch, StreamName inbox, UserId user) {
        long number = number(batch.get(byUser, RowKeys.ofUser(inbox, user)));
        if (number > 0) {
            forget(batch, inbox, number);
        }
    }

    /**
     * Forgets some of an inbox's remaining correspondents, and returns whether there may be more.
     *
     * @param most the most numbers that are visited
     */
    boolean forgetSome(Batch batch, StreamName inbox, int most) {
        long newest = number(batch.get(byNumber, RowKeys.entry(inbox, NEWEST)));
        long first = Math.max(1, newest - most + 1);
        for (long number = newest; number >= first; number--) {
            forget(batch, inbox, number);
        }
        if (first == 1) {
            batch.delete(byNumber, RowKeys.entry(inbox, NEWEST));
            return false;
        }
        batch.put(byNumber, RowKeys.entry(inbox, NEWEST), row(first - 1));
        return true;
    }

    private void forget(Batch batch, StreamName inbox, long number) {
        if (number <= NEWEST) {
            return;
        }
        byte[] user = batch.get(byNumber, RowKeys.entry(inbox, number));
        if (user != null) {
            batch.delete(byUser, RowKeys.ofUser(inbox, new UserId(new String(user, StandardCharsets.UTF_8))));
            batch.delete(byNumber, RowKeys.entry(inbox, number));
        }
    }

    private static byte[] row(long number) {
        return new RowWriter(Long.BYTES).number(number).end();
    }

    private static long number(byte @Nullable [] row) {
        return row == null ? 0 : new RowReader(row).number();
    }
}
