package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.WriteSet.Push;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Adds rows to the call of a script. Each key is added once, behind the keys that the call has, and the arguments refer to it by
 * its number.
 */
public final class RowArguments {
    /** The files of functions on rows, for scripts in other folders; the second one needs the first. */
    public static final String CHANGES_FILE = "/dev/portcullis/store/rows/row_changes";

    public static final String PERMIT_FILE = "/dev/portcullis/store/rows/permit";

    private static final String END_OF_KEY = "\0";
    private static final String BEHIND_KEY = "\1";

    private final Script.Call call;
    private final Map<String, Integer> numbers = new HashMap<>();
    private int written;

    RowArguments(Script.Call call) {
        this.call = call;
    }

    /**
     * Adds a permit, and writes that are made with those of the permit, as {@code permit.lua} takes them. They come last.
     *
     * @param more the writes that depend on no permission
     */
    public static Script.Call permit(Script.Call call, int lane, Permit permit, WriteSet more) {
        RowArguments rows = new RowArguments(call);
        for (Permit.Row row : permit.unchanged()) {
            call.arg(rows.number(lane, RowKey.of(row)))
                    .arg(row.partition().isEmpty() ? "" : row.key())
                    .arg(row.value().isPresent() ? "1" : "")
                    .arg(row.value().orElse(""));
        }
        rows.writes(lane, more.and(WriteSet.of(permit)));
        return call.arg(permit.unchanged().size()).arg(rows.written);
    }

    RowArguments reads(List<Integer> lanes, ReadSet reads) {
        call.arg((long) lanes.size() * (reads.rows().size() + reads.ranges().size()));
        lanes.forEach(lane -> reads(lane, reads));
        return this;
    }

    private void reads(int lane, ReadSet reads) {
        for (RowKey row : reads.rows()) {
            call.arg(number(lane, row));
            if (row.partition().isEmpty()) {
                call.arg("single").arg("").arg("").arg("");
            } else {
                call.arg("up")
                        .arg(row.key() + END_OF_KEY)
                        .arg(row.key() + BEHIND_KEY)
                        .arg("1");
            }
        }
        for (RowRange range : reads.ranges()) {
            call.arg(number(lane, range.table(), range.partition()))
                    .arg(range.direction().name().toLowerCase(Locale.ROOT))
                    .arg(range.from())
                    .arg(range.before())
                    .arg(range.limit());
        }
    }

    void writes(int lane, WriteSet writes) {
        writes.unless().ifPresent(row -> write(number(lane, row), rowOf(row), "unless", ""));
        writes.pushes().stream()
                .filter(Push::isBounded)
                .forEach(push -> write(
                        number(lane, push.queue().newest()),
                        Integer.toString(number(lane, push.queue().oldest())),
                        "room",
                        Long.toString(push.room())));
        writes.cleared()
                .forEach(cleared -> write(
                        number(
                                lane,
                                cleared.partition().table(),
                                cleared.partition().name()),
                        cleared.before().orElse(""),
                        "clear",
                        cleared.from()));
        writes.rows()
                .forEach((row, value) ->
                        write(number(lane, row), rowOf(row), value.isPresent() ? "put" : "remove", value.orElse("")));
        writes.counts().forEach((row, more) -> write(number(lane, row), "", "add", Long.toString(more)));
        expire(lane, writes.lifetimes());
        writes.pushes().forEach(push -> push(lane, push));
    }

    /** The rows of a partition have one key, so it gets the longest of their times at once. */
    private void expire(int lane, Map<RowKey, Long> lifetimes) {
        Map<Integer, Long> longest = new LinkedHashMap<>();
        lifetimes.forEach((row, ms) -> longest.merge(number(lane, row), ms, Math::max));
        longest.forEach((key, ms) -> write(key, "", "expire", Long.toString(ms)));
    }

    private void push(int lane, Push push) {
        RowQueue queue = push.queue();
        int of = number(lane, queue.rows().table(), queue.rows().name());
        push.taken().ifPresent(row -> write(number(lane, row), rowOf(row), "take", ""));
        write(of, Integer.toString(number(lane, queue.newest())), "push", push.value());
        write(of, Integer.toString(RowQueue.SPARE), "keep", Long.toString(queue.most()));
    }

    private void write(int number, String row, String kind, String value) {
        call.arg(number).arg(row).arg(kind).arg(value);
        written++;
    }

    /** The key of a row of a partition; empty for a single row, whose key is that of the store. */
    private static String rowOf(RowKey row) {
        return row.partition().isEmpty() ? "" : row.key();
    }

    private int number(int lane, RowKey row) {
        return number(lane, row.table(), row.partition().orElse(row.key()));
    }

    private int number(int lane, String table, String name) {
        return numbers.computeIfAbsent(
                RedisKeys.of(lane, table, name), key -> call.key(key).keys());
    }
}
