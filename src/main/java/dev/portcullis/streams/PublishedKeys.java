package dev.portcullis.streams;

import dev.portcullis.store.Batch;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The idempotency keys of the last ten to twenty minutes: two tables take turns, and the older is emptied whole, which
 * costs nothing for each key. Whose turn it is lies in the store too.
 */
final class PublishedKeys {
    private static final long TURN_MS = TimeUnit.MINUTES.toMillis(10);
    private static final byte[] TURN = "keys".getBytes(StandardCharsets.UTF_8);

    private final List<Table> tables;
    private final Table state;

    PublishedKeys(EmbeddedStore store, Table state) {
        this.tables = List.of(store.table("streams.keys.0"), store.table("streams.keys.1"));
        this.state = state;
    }

    /** The tables to look into, the one to write to first. */
    List<Table> inTurn(Batch batch, long now) {
        byte[] stored = batch.get(state, TURN);
        Turn turn = stored == null ? new Turn(0, now) : Turn.decode(stored);
        Turn due = turn.at(now);
        if (stored == null || !due.equals(turn)) {
            batch.put(state, TURN, due.encode());
        }
        if (due.index != turn.index) {
            batch.empty(tables.get(due.index));
            if (now - turn.since >= 2 * TURN_MS) { // nobody published for so long that both are old
                batch.empty(tables.get(turn.index));
            }
        }
        return due.index == 0 ? tables : List.of(tables.get(1), tables.get(0));
    }

    static Optional<KeyRow> find(Batch batch, List<Table> inTurn, byte[] key) {
        for (Table table : inTurn) {
            byte[] row = batch.get(table, key);
            if (row != null) {
                return Optional.of(KeyRow.decode(row));
            }
        }
        return Optional.empty();
    }

    private record Turn(int index, long since) {
        /** A clock that was set back begins its turn anew, or the tables would grow until it has caught up. */
        Turn at(long now) {
            if (now < since) {
                return new Turn(index, now);
            }
            return now - since < TURN_MS ? this : new Turn(1 - index, now);
        }

        byte[] encode() {
            return new RowWriter(16).number(index).number(since).end();
        }

        static Turn decode(byte[] bytes) {
            RowReader row = new RowReader(bytes);
            return new Turn((int) row.number(), row.number());
        }
    }
}
